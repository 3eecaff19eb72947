internal import Foundation
internal import GraftCore
internal import GraftFormats
internal import GraftGraph
internal import GraftImages
internal import GraftLayers

extension GraftModel {
  /// The newest version. Older readers would take the probabilities of labels for those of classes, and compute a quantised
  /// network with floats: models with labels (2) and quantised ones (3) are kept from them by the number, all others still have
  /// version 1.
  private static let formatVersion = 3
  private static let key = "graft"
  private static let probeInputs = "probe/inputs"
  private static let probeOutputs = "probe/outputs"
  private static let channelNumbers = "quantization/channels"

  /// Writes the model to one file: to a temporary first, which is synced and takes the name when it is whole.
  ///
  /// - Throws: `GraftError.writeFailed`; a file that stood there is untouched then.
  public func write(to path: String) async throws {
    let probe = try await Probe(Predictor(self), inputShape: model.input.shape)
    let quantization = model.quantization
    var description: [String: JSONValue] = [
      "format_version": .int(quantization != nil ? 3 : task == .singleLabel ? 1 : 2),
      "model": try model.modelConfiguration,
      "class_names": .array(classNames.map { .string($0) }), "image_fit": .string(imageFit.rawValue),
      "task": .string(task.rawValue),
      "preprocessing": model.preprocessing?.configuration ?? .null,
      "provenance": try JSONValue(encoding: provenance),
    ]
    var extra: [(name: String, tensor: Tensor)] = []
    if let quantization {
      description["quantization"] = try JSONValue(encoding: quantization.withoutChannelNumbers)
      extra.append((Self.channelNumbers, Tensor(quantization.channelNumbers)))
    }
    let weights = try model.namedVariables().map { (name: $0.name, tensor: $0.variable.value) }
    try SafetensorsWriter.write(
      tensors: weights + extra + [(Self.probeInputs, probe.inputs), (Self.probeOutputs, probe.outputs)],
      metadata: [Self.key: try JSONValue.object(description).serialized()], to: path, checksums: true)
  }

  /// Reads a model, checks every byte of it, and runs its probe.
  ///
  /// - Throws: `GraftError.corrupt` with the reason if anything is not as it was written.
  public init(contentsOf path: String) async throws {
    let (model, predictor, probe) = try Self.read(path)
    self = model
    do {
      try await probe.check(predictor)
    } catch let error as GraftError {
      throw GraftError(error.code, "'\(path)' is refused. \(error.message)")
    }
  }

  /// A predictor from a file, checked by its probe. Quicker than reading the model and making a predictor from it.
  package static func predictor(contentsOf path: String) async throws -> Predictor {
    let (_, predictor, probe) = try read(path)
    do {
      try await probe.check(predictor)
    } catch let error as GraftError {
      throw GraftError(error.code, "'\(path)' is refused. \(error.message)")
    }
    return predictor
  }

  private static func read(_ path: String) throws -> (GraftModel, Predictor, Probe) {
    let file = try SafetensorsFile(contentsOf: path, verify: true)
    guard let text = file.metadata[key] else {
      throw GraftError(
        .unsupported, "'\(path)' is a safetensors file, but not one that Graft wrote: no model is in it.")
    }
    let description = try JSONValue(parsing: text)
    guard let version = description["format_version"]?.int, (1...formatVersion).contains(version) else {
      throw GraftError(
        .unsupported,
        """
        '\(path)' has the format version \(description["format_version"]?.int.map(String.init) ?? "unknown"); this \
        version of Graft reads versions 1 to \(formatVersion). Use the version of Graft that wrote it, or a newer one.
        """)
    }
    guard let configuration = description["model"], let names = description["class_names"]?.array,
      let fit = description["image_fit"]?.string.flatMap(ImageFit.init(rawValue:)),
      let task = ClassificationTask(rawValue: description["task"]?.string ?? ClassificationTask.singleLabel.rawValue),
      let provenance = try description["provenance"]?.decoded(as: Provenance.self)
    else { throw GraftError(.corrupt, "'\(path)' lacks a part of the model's description.") }
    let model = try ModelReader.model(configuration)
    model.quantization = try quantization(description, file, path)
    try assign(file, to: model, path)
    let artifact = try GraftModel(
      model, classNames: names.compactMap(\.string), task: task, imageFit: fit, provenance: provenance)
    let probe = Probe(
      inputs: try file.tensor(named: probeInputs), outputs: try file.tensor(named: probeOutputs))
    guard probe.inputs.shape.droppingFirst == model.input.shape else {
      throw GraftError(.corrupt, "'\(path)': the probe does not fit the network's input.")
    }
    return (artifact, try Predictor(artifact), probe)
  }

  private static func quantization(
    _ description: JSONValue, _ file: SafetensorsFile, _ path: String
  ) throws -> Quantization? {
    guard let entry = description["quantization"] else { return nil }
    let numbers = try file.tensor(named: channelNumbers).elements
    guard let quantization = try entry.decoded(as: Quantization.self).with(channelNumbers: numbers) else {
      throw GraftError(.corrupt, "'\(path)': the scales do not fit the quantised part.")
    }
    return quantization
  }

  private static func assign(_ file: SafetensorsFile, to model: Model, _ path: String) throws {
    let variables = try model.namedVariables()
    let wanted = Set(variables.map(\.name))
    let present = Set(file.names).subtracting([probeInputs, probeOutputs, channelNumbers])
    let missing = wanted.subtracting(present).sorted()
    let extra = present.subtracting(wanted).sorted()
    guard missing.isEmpty, extra.isEmpty else {
      throw GraftError(
        .weightMismatch,
        """
        '\(path)': the weights are not the network's. Missing: \(missing.isEmpty ? "none" : missing.joined(separator: ", ")). \
        Left over: \(extra.isEmpty ? "none" : extra.joined(separator: ", ")).
        """)
    }
    for (name, variable) in variables { try variable.assign(try file.tensor(named: name)) }
  }
}
