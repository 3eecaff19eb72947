internal import Foundation
internal import GraftCore
internal import GraftFormats
internal import GraftImages
internal import GraftLayers

extension GraftModel {
  /// Writes the model for other programs. The file is read again and checked before it takes its place.
  ///
  /// Class names, task and preprocessing travel along: in `metadata.json` of `.keras` (under `graft`), in the metadata of
  /// safetensors and ONNX, and as an array `class_names` in `.npz`. `.weights.h5` has no place for them.
  ///
  /// ```swift
  /// let flowers = try await GraftModel(contentsOf: "flowers.graft")
  /// try await flowers.export(to: "flowers.keras", as: .keras, withPreprocessing: true)
  /// ```
  ///
  /// A model that is computed with int8 is exported with its float32 weights, and the report says so.
  ///
  /// - Parameters:
  ///   - path: The file. Keras wants its files to end in `.keras` or `.weights.h5`.
  ///   - format: The format.
  ///   - withPreprocessing: Whether the exported network takes pixels from 0 to 255 (red, green, blue), its preprocessing
  ///     being a layer of its own. Only for formats that hold the network.
  /// - Returns: What was written.
  /// - Throws: `GraftError.invalidArgument` for a name or option that the format cannot have, `GraftError.unsupported` for
  ///   what it cannot express, `GraftError.writeFailed`. A file that stood there is untouched then.
  @discardableResult
  public func export(
    to path: String, as format: ExportFormat, withPreprocessing: Bool = false
  ) async throws -> ExportReport {
    if let suffix = format.requiredSuffix, !path.hasSuffix(suffix) {
      throw GraftError(
        .invalidArgument, "Keras opens such a file only if its name ends in '\(suffix)'. Received: '\(path)'.")
    }
    guard format.holdsNetwork || !withPreprocessing else {
      throw GraftError(
        .invalidArgument, "\(format.rawValue) holds weights alone: preprocessing cannot be a layer in it.")
    }
    if format.holdsNetwork, let foreign = model.allLayers.first(where: { $0 is TFSMLayer }) {
      throw GraftError(
        .unsupported,
        "Layer \"\(foreign.name)\" is a SavedModel, which TensorFlow runs: a network on it cannot be exported as one file."
      )
    }
    let network = withPreprocessing ? try model.takingPixels() : model
    let file = try AtomicFile(replacing: path)
    let weights = try model.namedVariables().map { (name: $0.name, tensor: $0.variable.value) }
    let notes = exportNotes(network)
    switch format {
    case .keras: try KerasModel.write(network, notes: .object(notes), into: file)
    case .kerasWeights: try network.writeWeights(into: file)
    case .safetensors:
      try SafetensorsWriter.write(tensors: weights, metadata: try Self.texts(notes), into: file)
    case .npz: try NPZWriter.write(tensors: weights, texts: [("class_names", classNames)], into: file)
    case .onnx: try ONNXFile.write(network, metadata: try Self.texts(notes), into: file)
    }
    let check = ExportCheck(original: self, network: network, weights: weights)
    var report: (check: String, byteCount: Int) = ("", 0)
    try await file.commit { temporary in
      do {
        report.check = try await check.run(temporary, format)
        report.byteCount = try FileManager.default.attributesOfItem(atPath: temporary)[.size] as? Int ?? 0
      } catch let error as GraftError {
        let reason = error.message.replacing(temporary, with: path)
        throw GraftError(error.code, "The exported file does not pass its check, and was not kept. \(reason)")
      }
    }
    return ExportReport(
      format: format, path: path, byteCount: report.byteCount, check: report.check,
      note: model.quantization == nil
        ? nil
        : "the model computes its frozen part with int8; the file has its float32 weights and no scales, so that results "
          + "differ by the rounding of int8")
  }

  /// What is known about a network beside its weights.
  private func exportNotes(_ network: Model) -> [String: JSONValue] {
    var notes: [String: JSONValue] = [
      "class_names": .array(classNames.map { .string($0) }), "task": .string(task.rawValue),
      "image_fit": .string(imageFit.rawValue), "graft_version": .string(GraftVersion.current),
    ]
    if let preprocessing = network.preprocessing { notes["preprocessing"] = preprocessing.configuration }
    return notes
  }

  /// Texts as they are, everything else as JSON.
  private static func texts(_ notes: [String: JSONValue]) throws -> [String: String] {
    try notes.mapValues { try $0.string ?? $0.serialized() }
  }
}
