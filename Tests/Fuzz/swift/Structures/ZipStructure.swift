import GraftCore
import GraftFormats

/// A zip archive: the archive itself is changed, or a member in it, whose checksum then agrees again.
struct ZipStructure: FuzzStructure {
  /// The form of a member with a name.
  let member: @Sendable (String) -> any FuzzStructure

  func changed(_ bytes: [UInt8], by mutator: inout Mutator) -> [UInt8] {
    var result = bytes
    if !mutator.dice.oneIn(3), let members = Self.members(of: bytes), !members.isEmpty,
      members.reduce(0, { $0 + $1.bytes.count }) <= Mutator.longest / 2
    {
      var members = members
      let chosen = mutator.dice.below(members.count)
      switch mutator.dice.below(8) {
      case 0: members.remove(at: chosen)
      case 1: members[chosen].name = mutator.dice.pick(["../../outside", "/tmp/outside", "a/../b", ""]) ?? ""
      default:
        members[chosen].bytes = member(members[chosen].name).changed(members[chosen].bytes, by: &mutator)
      }
      result = Self.archive(members, compressed: mutator.dice.oneIn(2))
      result = Array(result.prefix(Mutator.longest))
      guard mutator.dice.oneIn(4) else { return result }
    }
    mutator.changeBytes(&result, times: 1 + mutator.dice.below(3))
    return result
  }

  private static func members(of bytes: [UInt8]) -> [(name: String, bytes: [UInt8])]? {
    guard let archive = try? ZipArchive(bytes: bytes, path: "seed") else { return nil }
    return try? archive.names.map { ($0, try archive.bytes(of: $0)) }
  }

  /// Members one after another, each as it is or as a deflate stream of one stored block.
  private static func archive(_ members: [(name: String, bytes: [UInt8])], compressed: Bool) -> [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for (name, bytes) in members {
      let isCompressed = compressed && bytes.count < 0xFFFF
      let content =
        isCompressed ? [1] + little(bytes.count, 2) + little(~bytes.count, 2) + bytes : bytes
      let common =
        little(20, 2) + little(0, 2) + little(isCompressed ? 8 : 0, 2) + little(0x21_0000, 4)
        + little(Int(CRC32.checksum(bytes)), 4) + little(content.count, 4) + little(bytes.count, 4)
        + little(name.utf8.count, 2) + little(0, 2)
      directory +=
        little(0x0201_4B50, 4) + little(20, 2) + common + little(0, 10) + little(file.count, 4) + Array(name.utf8)
      file += little(0x0403_4B50, 4) + common + Array(name.utf8) + content
    }
    return file + directory + little(0x0605_4B50, 4) + little(0, 4) + little(members.count, 2)
      + little(members.count, 2)
      + little(directory.count, 4) + little(file.count, 4) + little(0, 2)
  }

  private static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 < 8 ? value >> (8 * $0) : 0) }
  }
}
