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

  /// Checks a file; returns what was done in a sentence.
  ///
  /// - Throws: `GraftError.corrupt` if the file is not the model.
  func run(_ path: String, _ format: ExportFormat) async throws -> String {
    switch format {
    case .keras: return try await checkModel(KerasModel(contentsOf: path).model())
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
      let parsed = "parsed again: \(file.nodeCount) operations, \(file.elementCount) numbers"
      let model: Model
      do {
        model = try ONNXModel(contentsOf: path).model()
      } catch let error as GraftError where error.code == .unsupported {
        // More operators are written than read.
        return "\(parsed), every operand is defined; not run, as Graft does not read all of these operators"
      }
      return "\(parsed); \(try await checkModel(model))"
    case .tflite:
      let graph = try TFLiteFile.graph(contentsOf: path).graph
      return precision == .int8 ? try await checkWholeNumbers(graph) : try await checkGraph(graph)
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

  /// Runs the network that was built from the file beside the original.
  private func checkModel(_ network: Model) async throws -> String {
    let model = try GraftModel(network, classNames: original.classNames, task: original.task)
    let predictor = try Predictor(model)
    return try await compare { try await predictor.outputs(for: $0) }
  }

  /// Runs the graph that the file's operations stand for beside the original.
  private func checkGraph(_ graph: Graph) async throws -> String {
    try await compare { try await outputs(of: graph, for: $0) }
  }

  private func outputs(of graph: Graph, for inputs: Tensor) async throws -> Tensor {
    try await BatchRunner(graph).outputs(TensorSource(inputs), shape: [original.classNames.count]).tensor
  }

  /// Runs what was read and the original on the same numbers.
  private func compare(_ run: (Tensor) async throws -> Tensor) async throws -> String {
    let (inputs, expected) = try await sample(Predictor(original.withFloats()))
    let difference = try await run(inputs).largestDifference(from: expected)
    guard difference <= (network !== original.model ? Self.toleranceOnPixels : Self.tolerance) else {
      throw Self.different(difference)
    }
    return "built again and run on \(inputs.shape[0]) inputs: results differ by \(difference) at the most"
  }

  /// Holds a file of whole numbers against what should be in it, and that against the model, which rounds at other places.
  ///
  /// How far two roundings of one network may be apart depends on the network: as far as the model is from its floats, besides what
  /// loading it on another machine allows.
  private func checkWholeNumbers(_ graph: Graph) async throws -> String {
    let (inputs, expected) = try await sample(Predictor(original))
    let (_, floats) = try await sample(Predictor(original.withFloats()))
    let written = try await outputs(of: TFLiteFile.graph(of: network, .int8), for: inputs)
    let read = try await outputs(of: graph, for: inputs)
    let damage = read.largestDifference(from: written)
    guard damage <= Self.tolerance else { throw Self.different(damage) }
    let difference = read.largestDifference(from: expected)
    let rounding = expected.largestDifference(from: floats)
    guard difference <= Probe.quantizedTolerance + rounding else { throw Self.different(difference) }
    return
      "built again and run on \(inputs.shape[0]) inputs: results differ by \(difference) at the most from the model's, which "
      + "differ by \(rounding) from float32's"
  }

  private static func different(_ difference: Float) -> GraftError {
    GraftError(
      .corrupt, "The network in the file gives results that are up to \(difference) away from the model's.")
  }

  /// Numbers for the network in the file, and what the original makes of them.
  private func sample(_ reference: Predictor) async throws -> (inputs: Tensor, outputs: Tensor) {
    let probe = try await Probe(reference, inputShape: original.model.input.shape)
    guard network !== original.model, let preprocessing = original.model.preprocessing else {
      return (probe.inputs, probe.outputs)
    }
    // Whole pixels, for the file's network as they are, for the model as its preprocessing makes them.
    let pixels = Tensor(shape: probe.inputs.shape, probe.inputs.elements.map { ((($0 + 1) / 2) * 255).rounded() })
    return (pixels, try await reference.outputs(for: preprocessing.applied(toPixels: pixels)))
  }
}

extension Tensor {
  /// The largest difference of two elements; infinite if shapes differ or numbers are not finite.
  fileprivate func largestDifference(from other: Tensor) -> Float {
    guard shape == other.shape else { return .infinity }
    return zip(elements, other.elements).reduce(0) { largest, pair in
      let difference = abs(pair.0 - pair.1)
      return difference.isFinite ? max(largest, difference) : .infinity
    }
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
