internal import GraftCore

extension Graph {
  /// The graph as text, one line per node: for people and for snapshot tests.
  package var dump: String {
    ids.map { id in
      let node = self[id]
      var line = "\(id) \(node.name) = \(node.operation.summary)"
      if !node.inputs.isEmpty { line += "(" + node.inputs.map(\.description).joined(separator: ", ") + ")" }
      if !node.parameters.isEmpty {
        line += " [" + node.parameters.map { describe($0) }.joined(separator: " ") + "]"
      }
      if !node.gradients.isEmpty {
        line += " → d[" + node.gradients.map { self[$0].name }.joined(separator: " ") + "]"
      }
      line += " \(node.shape)"
      if outputs.contains(id) { line += " → output" }
      return line
    }.joined(separator: "\n")
  }

  private func describe(_ id: ParameterID) -> String {
    switch self[id].role {
    case .frozen: self[id].name
    case .trainable: self[id].name + "*"
    case .state: self[id].name + "~"
    }
  }
}

extension Operation {
  /// The operation with its attributes, as dumps show it.
  package var summary: String {
    switch self {
    case .input: "input"
    case .convolution(let c):
      (c.isDepthwise ? "depthwise " : "convolution ") + "\(c.kernelSize)"
        + (c.strides == Extent(1) ? "" : " stride \(c.strides)")
        + (c.dilations == Extent(1) ? "" : " dilation \(c.dilations)")
        + (c.padding.isEmpty ? "" : " pad \(c.padding)")
        + (c.groups == 1 || c.isDepthwise ? "" : " groups \(c.groups)")
        + (c.hasBias ? " +bias" : "") + (c.hasAffine ? " +affine" : "")
        + (c.addsResidual ? " +residual" : "") + suffix(c.activation)
    case .dense(let d): "dense \(d.units)" + (d.hasBias ? " +bias" : "") + suffix(d.activation)
    case .batchNormalization(let b):
      "batchNormalization" + (b.usesBatchStatistics ? " of the batch" : "") + suffix(b.activation)
    case .activation(let activation): activation.rawValue
    case .globalPooling(let pooling): "global \(pooling.kind.rawValue) pooling"
    case .pooling(let pooling):
      "\(pooling.kind.rawValue) pooling \(pooling.window) stride \(pooling.strides)"
        + (pooling.padding.isEmpty ? "" : " pad \(pooling.padding)")
    case .layerNormalization: "layerNormalization"
    case .zeroPadding(let padding): "zeroPadding \(padding)"
    case .cropping(let cropping): "cropping \(cropping)"
    case .add: "add"
    case .multiply: "multiply"
    case .concatenate(let axis): "concatenate axis \(axis + 1)"
    case .reshape: "reshape"
    case .dropout(let dropout): "dropout \(dropout.rate)" + (dropout.maskShape.map { " of \($0)" } ?? "")
    case .rescaling(let scale, let offset): "rescaling ·\(scale) +\(offset)"
    case .foreign: "foreign"
    case .loss(let loss): loss.summary
    case .gradient(let gradient): "∂ " + gradient.summary
    case .quantized(let quantized): quantized.summary
    case .convert(let source, let result): "convert \(source) → \(result)"
    }
  }

  private func suffix(_ activation: Activation) -> String {
    activation == .linear ? "" : " +\(activation.rawValue)"
  }
}

extension LossFunction {
  var summary: String { kind.rawValue + (fromLogits ? " of logits" : "") }
}

extension GradientOperation {
  var summary: String {
    switch self {
    case .denseInput: "dense input"
    case .denseParameters: "dense parameters"
    case .convolutionInput(let convolution): "input of " + Operation.convolution(convolution).summary
    case .convolutionParameters(let convolution): "parameters of " + Operation.convolution(convolution).summary
    case .pooling(let pooling): Operation.pooling(pooling).summary
    case .layerNormalization: "layerNormalization"
    case .productSum: "sum of products"
    case .crop(let padding): "crop \(padding)"
    case .activation(let activation, _): activation.rawValue
    case .globalPooling(let pooling): "global \(pooling.kind.rawValue) pooling"
    case .batchNormalization: "batchNormalization"
    case .replay(let normalization): "replay of " + Operation.batchNormalization(normalization).summary
    case .slice(let axis, let offset): "slice axis \(axis + 1) from \(offset)"
    case .dropout: "dropout"
    case .loss(let loss): loss.summary
    }
  }
}
