internal import Foundation
internal import Graft

/// A network in a file, of Graft's or of Keras's.
enum NetworkFile {
  /// What a file holds, by its first bytes and not by its name.
  static func isHDF5(_ path: String) throws -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw GraftError(.fileNotFound, "There is no file '\(path)' that can be read.")
    }
    defer { try? file.close() }
    return try file.read(upToCount: 8) == Data([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a])
  }

  /// Reads a whole network.
  static func model(at path: String) async throws -> Model {
    try isHDF5(path) ? try KerasModel(contentsOf: path).model() : try await GraftModel(contentsOf: path).model
  }
}
