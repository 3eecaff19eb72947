internal import GraftCore

/// The first structure of an HDF5 file: where address 0 is, and where the root group.
///
/// Definition: "HDF5 File Format Specification", version 3.0, II.A; versions 0 to 3 of the superblock.
struct HDF5Superblock {
  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
  /// The largest superblock.
  private static let size = 100

  /// The length of the user block.
  let start: Int
  /// The address of the root group's header.
  let root: Int

  /// Finds and reads the superblock; nil if there is none.
  ///
  /// - Throws: `.corrupt` for a file that is cut short, `.unsupported` for 4-byte addresses.
  init?(_ file: borrowing ByteSource) throws {
    // It stands at the start, or behind a user block of 512, 1024, 2048, … bytes.
    var place = 0
    while try place > file.byteCount - 8 || file.bytes(at: place, count: 8) != Self.signature {
      place = place == 0 ? 512 : place * 2
      guard place <= file.byteCount - 8 else { return nil }
    }
    start = place
    let available = try file.bytes(at: place, count: min(Self.size, file.byteCount - place))
    var block = HDF5Slice(bytes: available[...])
    _ = try block.take(8)
    let version = try block.number(1)
    guard version <= 3 else { throw GraftError(.unsupported, "Its superblock has the unknown version \(version).") }
    let isNew = version >= 2
    if !isNew { _ = try block.take(4) }
    let widths = [try block.number(1), try block.number(1)]
    guard widths == [8, 8] else {
      throw GraftError(.unsupported, "Expected 8-byte offsets and lengths, received \(widths[0]) and \(widths[1]).")
    }
    // Flags, or the sizes of nodes and flags.
    _ = try block.take(isNew ? 1 : version == 1 ? 13 : 9)
    _ = try block.take(16)
    let end = try block.number(8)
    guard end <= file.byteCount else {
      throw GraftError(
        .corrupt, "It has \(file.byteCount) of \(end) bytes: it is cut short; fetch it again.")
    }
    // Behind it an old superblock has the driver's block, and the offset of the root group's name.
    if !isNew { _ = try block.take(16) }
    root = try block.number(8)
    guard isNew else { return }
    let count = available.count - block.bytes.count
    guard try block.number(4) == Int(HDF5Checksum.lookup3(available[..<count])) else {
      throw GraftError(.corrupt, "Its superblock does not agree with its checksum.")
    }
  }
}
