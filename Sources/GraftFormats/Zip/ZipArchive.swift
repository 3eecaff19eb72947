internal import GraftCore

/// A zip archive, open for reading. Members are stored as they are, as Keras, NumPy and torch store them, or deflated.
///
/// Nothing in it is trusted: every place and length is checked before it is used, and a member's bytes by their checksum.
/// Members are handed out as bytes, so that their names are never paths of anything.
package struct ZipArchive: ~Copyable {
  private struct Member {
    let offset: Int
    let count: Int
    let unpackedCount: Int
    let checksum: UInt32
    /// 0 for stored as it is, 8 for deflated; nil for what is encrypted.
    let method: Int?
  }

  /// The path that the archive was opened by.
  package let path: String
  /// The members' names in the order of the archive's directory.
  package let names: [String]
  /// The archive's size.
  package var byteCount: Int { input.byteCount }
  private let members: [String: Member]
  private let input: InputFile

  /// Opens an archive and reads its directory.
  ///
  /// - Throws: `.fileNotFound`, `.unreadable` (no zip), `.unsupported` (zip64, several disks) or `.corrupt`.
  package init(contentsOf path: String) throws {
    let input = try InputFile(path)
    do {
      (names, members) = try Self.directory(of: input)
    } catch let error as GraftError {
      throw GraftError(error.code, "'\(path)' cannot be read as a zip archive. \(error.message)")
    }
    self.path = path
    self.input = input
  }

  /// A member's bytes, which agree with its checksum.
  ///
  /// - Throws: `.corrupt` if they do not or there is no such member, `.unsupported` if the member is encrypted or packed in
  ///   another way.
  package func bytes(of name: String) throws -> [UInt8] {
    guard let member = members[name] else {
      throw GraftError(.corrupt, "There is no '\(name)' in '\(path)', only \(names.prefix(8)).")
    }
    guard member.method == 8 || member.method == 0 && member.count == member.unpackedCount else {
      throw GraftError(
        .unsupported, "'\(name)' in '\(path)' is encrypted or packed in an unusual way; expected stored or deflated.")
    }
    let head = try input.bytes(at: member.offset, count: ZipRecord.localSize)[...]
    let start =
      member.offset + ZipRecord.localSize + ZipRecord.number(head, at: 26, count: 2)
      + ZipRecord.number(head, at: 28, count: 2)
    guard ZipRecord.number(head, at: 0, count: 4) == ZipRecord.localSignature, member.count <= input.byteCount - start
    else {
      throw GraftError(.corrupt, "'\(name)' in '\(path)' is not where the archive's directory says: it is damaged.")
    }
    var bytes = try input.bytes(at: start, count: member.count)
    if member.method == 8 {
      do {
        bytes = try Inflate.bytes(of: bytes, count: member.unpackedCount)
      } catch let error as GraftError {
        throw GraftError(error.code, "'\(name)' in '\(path)' cannot be unpacked. \(error.message)")
      }
    }
    guard CRC32.checksum(bytes) == member.checksum else {
      throw GraftError(.corrupt, "'\(name)' in '\(path)' does not agree with its checksum: the file is damaged.")
    }
    return bytes
  }

  private static func directory(of input: borrowing InputFile) throws -> ([String], [String: Member]) {
    // A comment of up to 65,535 bytes may follow the end record.
    let tailCount = min(input.byteCount, ZipRecord.endSize + 0xFFFF)
    let tail = try input.bytes(at: input.byteCount - tailCount, count: tailCount)[...]
    guard tailCount >= ZipRecord.endSize,
      let end = stride(from: tailCount - ZipRecord.endSize, through: 0, by: -1).first(where: {
        ZipRecord.number(tail, at: $0, count: 4) == ZipRecord.endSignature
      })
    else { throw GraftError(.unreadable, "Expected a zip's end record; found none.") }
    let count = ZipRecord.number(tail, at: end + 10, count: 2)
    let size = ZipRecord.number(tail, at: end + 12, count: 4)
    let start = ZipRecord.number(tail, at: end + 16, count: 4)
    guard ZipRecord.number(tail, at: end + 4, count: 4) == 0, count < 0xFFFF, size < ZipRecord.limit,
      start < ZipRecord.limit
    else { throw GraftError(.unsupported, "Expected one disk and no 64-bit extension (zip64).") }
    guard size <= input.byteCount, start <= input.byteCount - size, count * ZipRecord.centralSize <= size else {
      throw GraftError(.corrupt, "Its directory lies outside the file.")
    }
    let directory = try input.bytes(at: start, count: size)[...]
    var names: [String] = []
    var members: [String: Member] = [:]
    var place = 0
    for _ in 0..<count {
      guard place + ZipRecord.centralSize <= size,
        ZipRecord.number(directory, at: place, count: 4) == ZipRecord.centralSignature
      else { throw GraftError(.corrupt, "Its directory is damaged.") }
      func number(_ offset: Int, _ count: Int) -> Int { ZipRecord.number(directory, at: place + offset, count: count) }
      let nameEnd = place + ZipRecord.centralSize + number(28, 2)
      let next = nameEnd + number(30, 2) + number(32, 2)
      guard next <= size else { throw GraftError(.corrupt, "Its directory is damaged.") }
      let name = String(decoding: directory[(place + ZipRecord.centralSize)..<nameEnd], as: UTF8.self)
      let member = Member(
        offset: number(42, 4), count: number(20, 4), unpackedCount: number(24, 4),
        checksum: UInt32(truncatingIfNeeded: number(16, 4)), method: number(8, 2) & 1 == 0 ? number(10, 2) : nil)
      guard member.offset <= input.byteCount - ZipRecord.localSize, member.count <= input.byteCount else {
        throw GraftError(.corrupt, "The member '\(name)' lies outside the file.")
      }
      guard members.updateValue(member, forKey: name) == nil else {
        throw GraftError(.corrupt, "It has two members named '\(name)'.")
      }
      names.append(name)
      place = next
    }
    return (names, members)
  }
}
