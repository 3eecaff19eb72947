internal import Foundation
internal import Graft

/// A network in a file: Graft's, Keras's, ONNX, or weights of torch.
enum NetworkFile {
  private static let hdf5: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
  private static let zip: [UInt8] = [0x50, 0x4b, 0x03, 0x04]

  /// Whether a file is HDF5, by its first bytes and not by its name.
  static func isHDF5(_ path: String) throws -> Bool { try start(of: path).starts(with: hdf5) }

  /// Whether a file is one of Keras's, HDF5 or a zip.
  static func isKeras(_ path: String) throws -> Bool {
    let start = try start(of: path)
    return start.starts(with: hdf5) || start.starts(with: zip)
  }

  /// Whether a file, or a folder called `savedmodel:…`, holds a network or its weights and is not Graft's own.
  static func isForeign(_ path: String) throws -> Bool {
    if BaseNetwork.savedModel(path) != nil { return true }
    return try ONNXModel.isNamedLike(path) || isKeras(path) || StateDict.describes(path)
  }

  private static func start(of path: String) throws -> Data {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw GraftError(
        .unreadable, "'\(path)' is a folder. Expected a file: a model (.graft) or a Keras file (.keras, .h5).")
    }
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw GraftError(.fileNotFound, "There is no file '\(path)' that can be read.")
    }
    defer { try? file.close() }
    do {
      return try file.read(upToCount: 8) ?? Data()
    } catch {
      throw GraftError(.unreadable, "'\(path)' cannot be read: \(error.localizedDescription)")
    }
  }

  /// - Throws: `GraftError` if a path is no file, or one of weights without layers.
  static func checkNotTorch(_ path: String) throws {
    _ = try start(of: path)
    guard try !StateDict.describes(path) else {
      throw GraftError(
        .unsupported,
        """
        '\(path)' has weights under torch's names, and no layers. Expected a model; graft train --base '\(path)' makes one of it.
        """)
    }
  }

  /// - Throws: `GraftError` if a path cannot be a model with class names, because it is another's file or none at all.
  static func checkModel(_ path: String) throws {
    try checkNotTorch(path)
    guard !ONNXModel.isNamedLike(path) else {
      throw GraftError(
        .unsupported,
        """
        '\(path)' is a network in ONNX. Expected a model (.graft), which has class names; graft train makes one of it.
        """)
    }
    guard try !isKeras(path) else {
      throw GraftError(
        .unsupported,
        """
        '\(path)' is a Keras file. Expected a model (.graft), which has class names; graft train makes one of it.
        """)
    }
  }

  /// Reads a whole network for samples of a shape; only a network that was saved with an open input size needs it.
  static func model(at path: String, for sampleShape: Shape) async throws -> Model {
    if ONNXModel.isNamedLike(path) {
      let file = try ONNXModel(contentsOf: path)
      return try file.model(inputShape: file.inputShape.dimensions.contains(0) ? sampleShape : nil)
    }
    guard try isKeras(path) else { return try await GraftModel(contentsOf: path).model }
    try checkNotTorch(path)
    let file = try KerasModel(contentsOf: path)
    do {
      return try file.model()
    } catch let error as GraftError where error.code == .invalidArgument && sampleShape.rank == 3 {
      return try file.model(inputShape: sampleShape)
    }
  }
}
