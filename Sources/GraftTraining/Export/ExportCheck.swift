internal import GraftCore
internal import GraftFormats
internal import GraftGraph
internal import GraftImages
internal import GraftLayers

/// Reads an exported file again and holds it against the model.
struct ExportCheck {
  let original: GraftModel
  /// The network that was exported, which may have a layer of preprocessing in front.
  let network: Model
  let weights: [(name: String, tensor: Tensor)]
  /// What the network in the file is computed with.
  let precision: Precision

  /// The same operations on the same numbers, in Graft or in Keras.
  private static let tolerance: Float = 1e-5
  /// A layer rounds otherwise than the preprocessing that it stands for, and a deep network makes more of it.
  private static let toleranceOnPixels: Float = 1e-4
  /// Where whole numbers are rounded otherwise: what loading a model allows, too.
  private static let toleranceOfWholeNumbers = Probe.quantizedTolerance

  /// Checks a file; returns what was done in a sentence.
  ///
  /// - Throws: `GraftError.corrupt` if the file is not the model.
  func run(_ path: String, _ format: ExportFormat) async throws -> String {
    switch format {
    case .keras: return try await checkKeras(path)
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
      return "parsed again: \(file.nodeCount) operations, \(file.elementCount) numbers, every operand is defined"
    case .tflite: return try await checkGraph(TFLiteFile.graph(contentsOf: path).graph)
    case .savedModel: return try await checkGraph(SavedModelFile.graph(contentsOf: path))
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

  /// Builds the network from the file and runs it beside the original.
  private func checkKeras(_ path: String) async throws -> String {
    let file = try KerasModel(contentsOf: path)
    let model = try GraftModel(file.model(), classNames: original.classNames, task: original.task)
    let predictor = try Predictor(model)
    return try await compare { try await predictor.outputs(for: $0) }
  }

  /// Runs the graph that the file's operations stand for beside the original.
  private func checkGraph(_ graph: Graph) async throws -> String {
    let runner = try BatchRunner(graph)
    let classes = original.classNames.count
    return try await compare { try await runner.outputs(TensorSource($0), shape: [classes]).tensor }
  }

  /// Runs what was read and the original on the same numbers.
  private func compare(_ run: (Tensor) async throws -> Tensor) async throws -> String {
    let reference = try Predictor(precision == .int8 ? original : original.withFloats())
    let probe = try await Probe(reference, inputShape: original.model.input.shape)
    var inputs = probe.inputs
    var expected = probe.outputs
    let takesPixels = network !== original.model
    if takesPixels, let preprocessing = original.model.preprocessing {
      // Whole pixels, for the file's network as they are, for the model as its preprocessing makes them.
      inputs = Tensor(shape: inputs.shape, inputs.elements.map { ((($0 + 1) / 2) * 255).rounded() })
      expected = try await reference.outputs(for: preprocessing.applied(toPixels: inputs))
    }
    let outputs = try await run(inputs)
    let difference = zip(outputs.elements, expected.elements).map { abs($0 - $1) }.max() ?? 0
    let tolerance =
      precision == .int8 ? Self.toleranceOfWholeNumbers : takesPixels ? Self.toleranceOnPixels : Self.tolerance
    guard outputs.shape == expected.shape, difference <= tolerance else {
      throw GraftError(
        .corrupt, "The network in the file gives results that are up to \(difference) away from the model's.")
    }
    return "built again and run on \(inputs.shape[0]) inputs: results differ by \(difference) at the most"
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
