public import GraftCore

/// Writes NumPy archives (`.npz`): a zip of `.npy` files, as `numpy.savez` writes it and `numpy.load` reads it.
public enum NPZWriter {
  /// Writes tensors as `float32`, and lists of texts as arrays of text, each under its name.
  ///
  /// The file appears whole or not at all; throws `.writeFailed`, or `.invalidArgument` for a name that occurs twice.
  public static func write(
    tensors: [(name: String, tensor: Tensor)], texts: [(name: String, texts: [String])] = [], to path: String
  ) throws {
    let file = try AtomicFile(replacing: path)
    try write(tensors: tensors, texts: texts, into: file)
    try file.commit()
  }

  /// Writes into a file that is not committed yet.
  package static func write(
    tensors: [(name: String, tensor: Tensor)], texts: [(name: String, texts: [String])], into file: AtomicFile
  ) throws {
    var archive = ZipWriter(file)
    for (name, tensor) in tensors { try archive.add(name + ".npy", NPYFile.bytes(of: tensor)) }
    for (name, texts) in texts { try archive.add(name + ".npy", bytes(of: texts)) }
    try archive.finish()
  }

  /// An array of text: every element has the length of the longest, in UTF-32.
  private static func bytes(of texts: [String]) -> [UInt8] {
    let longest = max(1, texts.map(\.unicodeScalars.count).max() ?? 1)
    var result = NPYHeader.bytes(descr: "<U\(longest)", shape: [texts.count])
    for text in texts {
      let scalars = text.unicodeScalars.map { Int($0.value) }
      for value in scalars + Array(repeating: 0, count: longest - scalars.count) {
        result += ZipRecord.little(value, 4)
      }
    }
    return result
  }
}
