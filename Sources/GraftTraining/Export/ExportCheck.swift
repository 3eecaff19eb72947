internal import GraftCore
internal import GraftFormats
internal import GraftImages
internal import GraftLayers

/// Reads an exported file again and holds it against the model.
struct ExportCheck {
  let original: GraftModel
  /// The network that was exported, which may have a layer of preprocessing in front.
  let network: Model
  let weights: [(name: String, tensor: Tensor)]

  /// The same operations on the same numbers, in Graft or in Keras.
  private static let tolerance: Float = 1e-5
  /// A layer rounds otherwise than the preprocessing that it stands for, and a deep network makes more of it.
  private static let toleranceOnPixels: Float = 1e-4

  /// Checks a file; returns what was done in a sentence.
  ///
  /// - Throws: `GraftError.corrupt` if the file is not the model.
  func run(_ path: String, _ format: ExportFormat) async throws -> String {
    switch format {
    case .keras:
      let model = try KerasModel(contentsOf: path).model()
      return "built again and \(try await compare(model))"
    case .kerasWeights:
      let copy = try ModelReader.model(network.modelConfiguration)
      try copy.loadWeights(from: path)
      try compare { name, index in copy.ownedVariables[index].variable.value }
      return "read again: all \(weights.count) weights are the model's, bit by bit"
    case .safetensors:
      let file = try SafetensorsFile(contentsOf: path)
      try compare { name, _ in try file.tensor(named: name) }
      return "read again: all \(weights.count) weights are the model's, bit by bit"
    case .npz:
      let file = try NPZFile(contentsOf: path)
      try compare { name, _ in try file.tensor(named: name) }
      return "read again: all \(weights.count) weights are the model's, bit by bit"
    case .onnx:
      let file = try ONNXCheck(contentsOf: path)
      let model = try ONNXModel(contentsOf: path).model()
      return "parsed again: \(file.nodeCount) operations, \(file.elementCount) numbers; \(try await compare(model))"
    }
  }

  private func compare(_ value: (_ name: String, _ index: Int) throws -> Tensor) throws {
    for (index, (name, tensor)) in weights.enumerated() {
      let stored = try value(name, index)
      let isSame =
        stored.shape == tensor.shape
        && stored.withUnsafeBufferPointer { a in
          tensor.withUnsafeBufferPointer { b in a.elementsEqual(b) { $0.bitPattern == $1.bitPattern } }
        }
      guard isSame else { throw GraftError(.corrupt, "The weight '\(name)' is not the model's.") }
    }
  }

  /// Runs the network that was built from the file beside the original; returns how far they are apart.
  private func compare(_ network: Model) async throws -> String {
    let model = try GraftModel(network, classNames: original.classNames, task: original.task)
    let reference = try Predictor(original.withFloats())
    let probe = try await Probe(reference, inputShape: original.model.input.shape)
    var inputs = probe.inputs
    var expected = probe.outputs
    let takesPixels = self.network !== original.model
    if takesPixels, let preprocessing = original.model.preprocessing {
      // Whole pixels, for the file's network as they are, for the model as its preprocessing makes them.
      inputs = Tensor(shape: inputs.shape, inputs.elements.map { ((($0 + 1) / 2) * 255).rounded() })
      expected = try await reference.outputs(for: preprocessing.applied(toPixels: inputs))
    }
    let outputs = try await Predictor(model).outputs(for: inputs)
    let difference = zip(outputs.elements, expected.elements).map { abs($0 - $1) }.max() ?? 0
    guard outputs.shape == expected.shape, difference <= (takesPixels ? Self.toleranceOnPixels : Self.tolerance)
    else {
      throw GraftError(
        .corrupt, "The network in the file gives results that are up to \(difference) away from the model's.")
    }
    return "run on \(inputs.shape[0]) inputs: results differ by \(difference) at the most"
  }
}

extension GraftModel {
  /// The model computed with floats alone, as other programs compute it.
  fileprivate func withFloats() throws -> GraftModel {
    guard model.quantization != nil else { return self }
    let copy = try ModelReader.model(model.modelConfiguration)
    for (old, new) in zip(model.ownedVariables, copy.ownedVariables) { try new.variable.assign(old.variable.value) }
    return try GraftModel(copy, classNames: classNames, task: task)
  }
}

extension Preprocessing {
  /// What whole pixels (samples, height, width, 3) in the order red, green, blue become.
  fileprivate func applied(toPixels pixels: Tensor) -> Tensor {
    let (height, width) = (pixels.shape[1], pixels.shape[2])
    let length = height * width * 3
    var result = pixels
    result.withUnsafeMutableBufferPointer { elements in
      for sample in 0..<pixels.shape[0] {
        let part = UnsafeMutableBufferPointer(rebasing: elements[(sample * length)..<((sample + 1) * length)])
        apply(PixelImage(width: width, height: height, pixels: part.map { UInt8($0) }), into: part)
      }
    }
    return result
  }
}
