internal import GraftCore

/// Writes a zip archive whose members are stored as they are; equal members give equal bytes.
///
/// Names are UTF-8, the date is zip's first day. An archive may have 65,534 members and 4 GiB: what is larger is an error.
package struct ZipWriter {
  private let file: AtomicFile
  private var directory: [UInt8] = []
  private var names: Set<String> = []
  private var offset: Int

  /// Starts an archive in a file that so many bytes have been written to.
  package init(_ file: AtomicFile, at offset: Int = 0) {
    self.file = file
    self.offset = offset
  }

  /// Adds a member.
  ///
  /// - Throws: `GraftError.invalidArgument` for a name that is there already, `GraftError.unsupported` beyond the limits,
  ///   `GraftError.writeFailed`.
  package mutating func add(_ name: String, _ bytes: [UInt8]) throws {
    let utf8 = Array(name.utf8)
    guard !name.isEmpty, utf8.count < 0xFFFF, names.insert(name).inserted else {
      throw GraftError(.invalidArgument, "Expected a new name for a member of '\(file.path)'. Received: '\(name)'.")
    }
    let size = ZipRecord.localSize + utf8.count + bytes.count
    guard names.count < 0xFFFF, offset + size < ZipRecord.limit else {
      throw GraftError(
        .unsupported,
        "'\(file.path)' would be larger than 4 GiB, or have more than 65,534 members: more than a plain zip can hold.")
    }
    // Version 2.0; whether the name is UTF-8 beyond ASCII; stored; 1 January 1980, 0:00.
    let common =
      ZipRecord.little(20, 2) + ZipRecord.little(utf8.allSatisfy { $0 < 0x80 } ? 0 : 0x0800, 2) + ZipRecord.little(0, 2)
      + ZipRecord.little(0, 2)
      + ZipRecord.little(0x21, 2) + ZipRecord.little(Int(CRC32.checksum(bytes)), 4)
      + ZipRecord.little(bytes.count, 4) + ZipRecord.little(bytes.count, 4) + ZipRecord.little(utf8.count, 2)
      + ZipRecord.little(0, 2)
    try file.write(ZipRecord.little(Int(ZipRecord.localSignature), 4) + common + utf8)
    try file.write(bytes)
    // Made on Unix; no comment; disk 0; no internal attributes; a plain file, rw-r--r--.
    directory += ZipRecord.little(Int(ZipRecord.centralSignature), 4) + ZipRecord.little(3 << 8 | 20, 2) + common
    directory += ZipRecord.little(0, 2) + ZipRecord.little(0, 2) + ZipRecord.little(0, 2)
    directory += ZipRecord.little(0o100644 << 16, 4) + ZipRecord.little(offset, 4) + utf8
    offset += size
  }

  /// Ends the archive. The file is not committed.
  package func finish() throws {
    guard offset + directory.count < ZipRecord.limit else {
      throw GraftError(.unsupported, "'\(file.path)' would be larger than 4 GiB: more than a plain zip can hold.")
    }
    try file.write(directory)
    try file.write(
      ZipRecord.little(Int(ZipRecord.endSignature), 4) + ZipRecord.little(0, 4) + ZipRecord.little(names.count, 2)
        + ZipRecord.little(names.count, 2) + ZipRecord.little(directory.count, 4) + ZipRecord.little(offset, 4)
        + ZipRecord.little(0, 2))
  }
}
