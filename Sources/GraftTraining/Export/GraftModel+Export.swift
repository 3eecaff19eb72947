internal import Foundation
internal import GraftCore
internal import GraftFormats
public import GraftGraph
internal import GraftImages
internal import GraftLayers

extension GraftModel {
  /// Writes the model for other programs. The file is read again and checked before it takes its place.
  ///
  /// Class names, task and preprocessing travel along: in `metadata.json` of `.keras` (under `graft`), in the metadata of
  /// safetensors, ONNX and TFLite (and `labels.txt` there), as an array `class_names` in `.npz`, in `assets.extra/` of a SavedModel.
  /// `.weights.h5` has no place for them.
  ///
  /// ```swift
  /// let flowers = try await GraftModel(contentsOf: "flowers.graft")
  /// try await flowers.export(to: "flowers.keras", as: .keras, withPreprocessing: true)
  /// ```
  ///
  /// A model that is computed with int8 is exported so as TFLite, and with its float32 weights in other formats; the report says
  /// what was kept.
  ///
  /// - Parameters:
  ///   - path: The file, or the folder of a SavedModel. Keras wants its files to end in `.keras` or `.weights.h5`.
  ///   - format: The format.
  ///   - withPreprocessing: Whether the exported network takes pixels from 0 to 255 (red, green, blue), its preprocessing
  ///     being a layer of its own. Only for formats that hold the network.
  ///   - precision: What the exported network is computed with; nil for the model's own where the format can hold it. int8 needs
  ///     a model whose frozen part is quantised, and TFLite.
  /// - Returns: What was written.
  /// - Throws: `GraftError.invalidArgument` for a name or option that the format cannot have, `GraftError.unsupported` for
  ///   what it cannot express, `GraftError.writeFailed`. A file that stood there is untouched then.
  @discardableResult
  public func export(
    to path: String, as format: ExportFormat, withPreprocessing: Bool = false, precision: Precision? = nil
  ) async throws -> ExportReport {
    try checkOptions(path, format, withPreprocessing, precision)
    let network = withPreprocessing ? try model.takingPixels() : model
    let precision = precision ?? (format.holdsWholeNumbers ? network.precision : .float32)
    let weights = try model.namedVariables().map { (name: $0.name, tensor: $0.variable.value) }
    let notes = exportNotes(network)
    let check = ExportCheck(original: self, network: network, weights: weights, precision: precision)
    var wholeNumbers: (kept: Int, asFloats: Int)?
    var report: (check: String, byteCount: Int) = ("", 0)
    func look(_ temporary: String) async throws {
      do {
        report.check = try await check.run(temporary, format)
        report.byteCount = try Self.byteCount(temporary)
      } catch let error as GraftError {
        let reason = error.message.replacing(temporary, with: path)
        throw GraftError(error.code, "The exported file does not pass its check, and was not kept. \(reason)")
      }
    }
    if format == .savedModel {
      let folder = try SavedModelFile.folder(at: path)
      try SavedModelFile.write(network, classNames: classNames, metadata: Self.texts(notes), into: folder)
      try await folder.commit(after: look)
    } else {
      let file = try AtomicFile(replacing: path)
      switch format {
      case .keras: try KerasModel.write(network, notes: .object(notes), into: file)
      case .kerasWeights: try network.writeWeights(into: file)
      case .safetensors:
        try SafetensorsWriter.write(tensors: weights, metadata: try Self.texts(notes), into: file)
      case .npz: try NPZWriter.write(tensors: weights, texts: [("class_names", classNames)], into: file)
      case .onnx: try ONNXFile.write(network, metadata: try Self.texts(notes), into: file)
      case .tflite:
        let written = try TFLiteFile.write(
          network, precision: precision, classNames: classNames, metadata: Self.texts(notes), into: file)
        if precision == .int8 { wholeNumbers = written }
      case .savedModel: break
      }
      try await file.commit(after: look)
    }
    return ExportReport(
      format: format, path: path, byteCount: report.byteCount, check: report.check,
      precision: precision, note: note(wholeNumbers))
  }

  /// Refuses what a format cannot have.
  private func checkOptions(
    _ path: String, _ format: ExportFormat, _ withPreprocessing: Bool, _ precision: Precision?
  ) throws {
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
    guard precision == .int8 else { return }
    guard format.holdsWholeNumbers else {
      throw GraftError(
        .invalidArgument, "\(format.rawValue) holds float32 alone; tflite can hold int8. Received: precision int8.")
    }
    guard model.quantization != nil else {
      throw GraftError(
        .invalidArgument,
        """
        The model is computed with float32 and has no scales for int8. Train it with --precision int8, or call \
        quantize(calibratedOn:), first.
        """)
    }
  }

  /// What is not kept of a quantised model.
  private func note(_ wholeNumbers: (kept: Int, asFloats: Int)?) -> String? {
    guard model.quantization != nil else { return nil }
    guard let wholeNumbers else {
      return
        "the model computes its frozen part with int8; the file has its float32 weights and no scales, so that results "
        + "differ by the rounding of int8"
    }
    return
      "\(wholeNumbers.kept) of \(wholeNumbers.kept + wholeNumbers.asFloats) int8 layers are computed with int8, with the "
      + "model's scales"
      + (wholeNumbers.asFloats == 0
        ? ""
        : "; the others have int8 weights and compute with float32, where float32 comes out of them or TFLite has no such "
          + "operation")
      + ". TFLite rounds between the parts of a layer, so that results differ a little"
  }

  /// The size of a file, or of all files in a folder.
  private static func byteCount(_ path: String) throws -> Int {
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    let files =
      manager.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
      ? try manager.subpathsOfDirectory(atPath: path).map { path + "/" + $0 } : [path]
    return try files.reduce(0) { sum, file in
      let attributes = try manager.attributesOfItem(atPath: file)
      return attributes[.type] as? FileAttributeType == .typeRegular ? sum + (attributes[.size] as? Int ?? 0) : sum
    }
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
