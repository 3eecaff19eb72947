public import GraftCore

/// A NumPy archive (`.npz`), as `numpy.savez` and `numpy.savez_compressed` write it.
public struct NPZFile {
  /// The arrays' names in the order of the archive.
  public let names: [String]
  private let members: [String: [UInt8]]

  /// Reads a file, every member against its checksum.
  public init(contentsOf path: String) throws {
    let archive = try ZipArchive(contentsOf: path)
    var members: [String: [UInt8]] = [:]
    names = archive.names.filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }
    for name in names { members[name] = try archive.bytes(of: name + ".npy") }
    self.members = members
  }

  /// An array, its elements as 32-bit floats.
  ///
  /// - Throws: `GraftError.weightMismatch` if there is none of that name, and what ``NPYFile`` throws.
  public func tensor(named name: String) throws -> Tensor {
    guard let bytes = members[name] else {
      throw GraftError(.weightMismatch, "There is no array '\(name)', only \(names.prefix(8)).")
    }
    return try NPYFile(bytes: bytes, path: name).tensor()
  }
}
