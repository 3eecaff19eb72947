internal import GraftCore
internal import GraftGraph

extension ONNXTranslation {
  mutating func translate(_ convolution: ConvolutionOperation, _ node: Node, _ id: NodeID) throws {
    guard !convolution.hasAffine, !convolution.addsResidual, convolution.activation == .linear else {
      throw fused(node)
    }
    var inputs = [value(node.inputs[0], .channelsFirst)]
    let isDepthwise = convolution.isDepthwise
    inputs.append(
      constant(node.parameters[0], form: isDepthwise ? "depthwise" : "convolution") {
        isDepthwise ? $0.depthwiseKernel : $0.outputFirstKernel
      })
    if convolution.hasBias { inputs.append(constant(node.parameters[1])) }
    let result = onnx.add(
      "Conv", inputs,
      [
        "kernel_shape": .ints([convolution.kernelSize.height, convolution.kernelSize.width]),
        "strides": .ints([convolution.strides.height, convolution.strides.width]),
        "dilations": .ints([convolution.dilations.height, convolution.dilations.width]),
        "pads": .ints(convolution.padding.onnx), "group": .int(convolution.groups),
      ], name: node.name)
    set(id, .channelsFirst, result)
  }

  mutating func translate(_ dense: DenseOperation, _ node: Node, _ id: NodeID) throws {
    guard dense.activation == .linear else { throw fused(node) }
    let input = value(node.inputs[0], .channelsLast)
    let kernel = constant(node.parameters[0])
    let bias = dense.hasBias ? constant(node.parameters[1]) : nil
    if node.shape.rank == 1 {
      set(id, .channelsLast, onnx.add("Gemm", [input, kernel] + (bias.map { [$0] } ?? []), name: node.name))
    } else {
      let product = onnx.add("MatMul", [input, kernel], name: node.name)
      set(id, .channelsLast, bias.map { onnx.add("Add", [product, $0], name: node.name) } ?? product)
    }
  }

  mutating func translate(_ normalization: BatchNormalizationOperation, _ node: Node, _ id: NodeID) throws {
    guard !normalization.usesBatchStatistics, normalization.activation == .linear else { throw fused(node) }
    let channels = node.shape[-1]
    var parameters = node.parameters[...]
    let scale =
      normalization.hasScale
      ? constant(parameters.removeFirst())
      : onnx.add(Tensor(repeating: 1, shape: [channels]), name: "\(node.name)/ones")
    let offset =
      normalization.hasOffset
      ? constant(parameters.removeFirst()) : onnx.add(Tensor(zeros: [channels]), name: "\(node.name)/zeros")
    let statistics = parameters.map { constant($0) }
    let order: Order = [1, 3].contains(node.shape.rank) ? .channelsFirst : .channelsLast
    let input = value(node.inputs[0], order)
    if order == .channelsFirst {
      let result = onnx.add(
        "BatchNormalization", [input, scale, offset] + statistics, ["epsilon": .float(normalization.epsilon)],
        name: node.name)
      return set(id, order, result)
    }
    // ONNX's own has the channels on the second axis; here they are on the last one, and everything repeats along it.
    let centered = onnx.add("Sub", [input, statistics[0]], name: node.name)
    let variance = onnx.add("Add", [statistics[1], scalar(normalization.epsilon)], name: node.name)
    let deviation = onnx.add("Sqrt", [variance], name: node.name)
    let normalized = onnx.add("Div", [centered, deviation], name: node.name)
    let scaled = onnx.add("Mul", [normalized, scale], name: node.name)
    set(id, order, onnx.add("Add", [scaled, offset], name: node.name))
  }

  mutating func translate(_ normalization: LayerNormalizationOperation, _ node: Node, _ id: NodeID) {
    let channels = node.shape[-1]
    var parameters = node.parameters[...]
    var inputs = [value(node.inputs[0], .channelsLast)]
    inputs.append(
      normalization.hasScale
        ? constant(parameters.removeFirst())
        : onnx.add(Tensor(repeating: 1, shape: [channels]), name: "\(node.name)/ones"))
    if normalization.hasOffset { inputs.append(constant(parameters.removeFirst())) }
    let result = onnx.add(
      "LayerNormalization", inputs, ["axis": .int(-1), "epsilon": .float(normalization.epsilon)], name: node.name)
    set(id, .channelsLast, result)
  }

  /// Applies an activation to a value and returns the result's name.
  mutating func apply(_ activation: Activation, to x: String, name: String) -> String {
    func add(_ type: String, _ inputs: [String]) -> String { onnx.add(type, inputs, name: name) }
    switch activation {
    case .linear: return x
    case .relu: return add("Relu", [x])
    case .relu6: return add("Clip", [x, scalar(0), scalar(6)])
    case .sigmoid: return add("Sigmoid", [x])
    case .tanh: return add("Tanh", [x])
    case .swish: return add("Mul", [x, add("Sigmoid", [x])])
    case .gelu:
      let error = add("Erf", [add("Mul", [x, scalar(Float(0.5).squareRoot())])])
      return add("Mul", [add("Mul", [x, scalar(0.5)]), add("Add", [error, scalar(1)])])
    case .softmax: return onnx.add("Softmax", [x], ["axis": .int(-1)], name: name)
    case .elu: return onnx.add("Elu", [x], ["alpha": .float(1)], name: name)
    case .selu:
      return onnx.add("Selu", [x], ["alpha": .float(1.673_263_2), "gamma": .float(1.050_701)], name: name)
    case .softplus: return add("Softplus", [x])
    case .softsign: return add("Softsign", [x])
    case .hardSigmoid:
      return onnx.add("HardSigmoid", [x], ["alpha": .float(1 / 6), "beta": .float(0.5)], name: name)
    case .hardSwish: return add("HardSwish", [x])
    case .exponential: return add("Exp", [x])
    case .leakyReLU: return onnx.add("LeakyRelu", [x], ["alpha": .float(0.2)], name: name)
    case .mish: return add("Mul", [x, add("Tanh", [add("Softplus", [x])])])
    }
  }

  private func fused(_ node: Node) -> GraftError {
    GraftError(.unsupported, "Layer \"\(node.name)\" is part of a training step: ONNX export takes a network as it is.")
  }
}

extension Padding {
  /// Beginnings of both axes, then ends.
  var onnx: [Int] { [top, left, bottom, right] }
}

extension Tensor {
  /// (height, width, inputs, filters) → (filters, inputs, height, width)
  var outputFirstKernel: Tensor {
    let (height, width, inputs, filters) = (shape[0], shape[1], shape[2], shape[3])
    return withUnsafeBufferPointer { source in
      Tensor(shape: [filters, inputs, height, width]) { target in
        var place = 0
        for filter in 0..<filters {
          for input in 0..<inputs {
            for pixel in 0..<(height * width) {
              target.initializeElement(at: place, to: source[(pixel * inputs + input) * filters + filter])
              place += 1
            }
          }
        }
      }
    }
  }

  /// (height, width, channels, multiplier) → (channels · multiplier, 1, height, width)
  var depthwiseKernel: Tensor {
    reshaped([shape[0], shape[1], 1, shape[2] * shape[3]]).outputFirstKernel
  }
}
