internal import GraftCore

/// A zip archive, open for reading: members stored as they are, as Keras and torch write them, or deflated, as
/// NumPy's `savez_compressed` does.
///
/// Nothing in it is trusted: every place and length is checked before it is used, and a member's bytes by their checksum.
/// No byte belongs to two members, so that all members together take at most 1,032 times the file's size (deflate's limit), and
/// stored ones its size. Members are handed out as bytes: their names are never paths of anything.
package struct ZipArchive: ~Copyable {
  private struct Member {
    let offset: Int
    /// Where the next member, or the directory, begins.
    var limit: Int
    /// The number of bytes in the file, and of those that they stand for.
    let storedCount: Int
    let count: Int
    let checksum: UInt32
    /// 0 as it is, 8 deflated; nil for an encrypted one.
    let method: Int?
  }

  /// The path that the archive was opened by.
  package let path: String
  /// The members' names in the order of the archive's directory.
  package let names: [String]
  /// The archive's size.
  package var byteCount: Int { input.byteCount }
  private let members: [String: Member]
  private let input: ByteSource

  /// Whether a file is a zip archive, by its first bytes.
  static func describes(_ path: String) throws -> Bool {
    let file = try InputFile(path)
    return try file.byteCount >= 4 && file.bytes(at: 0, count: 4) == ZipRecord.little(Int(ZipRecord.localSignature), 4)
  }

  /// Opens an archive and reads its directory.
  ///
  /// - Throws: `.fileNotFound`, `.unreadable` (no zip), `.unsupported` (zip64, several disks) or `.corrupt`.
  package init(contentsOf path: String) throws {
    try self.init(.file(InputFile(path)), path: path)
  }

  /// Reads an archive that is in memory already; `path` is for messages only.
  package init(bytes: [UInt8], path: String) throws {
    try self.init(.memory(bytes), path: path)
  }

  private init(_ input: consuming ByteSource, path: String) throws {
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
  /// - Throws: `.corrupt` if they do not or there is no such member, `.unsupported` if the member is encrypted, or compressed
  ///   in another way than deflate's.
  package func bytes(of name: String) throws -> [UInt8] { try bytes(of: name, limit: .max) }

  /// A member's bytes, if there are no more of them than a limit; else throws `.corrupt`.
  package func bytes(of name: String, limit: Int) throws -> [UInt8] {
    guard let member = members[name] else {
      throw GraftError(.corrupt, "There is no '\(name)' in '\(path)', only \(names.prefix(8)).")
    }
    guard member.count <= limit else {
      throw GraftError(
        .corrupt, "'\(name)' in '\(path)' claims \(member.count) bytes, far more than such a file would hold.")
    }
    guard let method = member.method, method == 0 || method == 8 else {
      let received = member.method.map { "compressed by method \($0)" } ?? "encrypted"
      throw GraftError(
        .unsupported, "'\(name)' in '\(path)' is \(received); expected a member that is stored or deflated.")
    }
    let head = try input.bytes(at: member.offset, count: ZipRecord.localSize)[...]
    let start =
      member.offset + ZipRecord.localSize + ZipRecord.number(head, at: 26, count: 2)
      + ZipRecord.number(head, at: 28, count: 2)
    guard ZipRecord.number(head, at: 0, count: 4) == ZipRecord.localSignature, start <= member.limit,
      member.storedCount <= member.limit - start
    else {
      throw GraftError(.corrupt, "'\(name)' in '\(path)' is not where the archive's directory says: it is damaged.")
    }
    let stored = try input.bytes(at: start, count: member.storedCount)
    let bytes = method == 0 ? stored : Deflate.inflate(stored, count: member.count)
    guard let bytes, bytes.count == member.count, CRC32.checksum(bytes) == member.checksum else {
      throw GraftError(.corrupt, "'\(name)' in '\(path)' does not agree with its checksum: the file is damaged.")
    }
    return bytes
  }

  /// Whether a member is compressed.
  package func isCompressed(_ name: String) -> Bool { members[name]?.method != 0 }

  private static func directory(of input: borrowing ByteSource) throws -> ([String], [String: Member]) {
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
        offset: number(42, 4), limit: start, storedCount: number(20, 4), count: number(24, 4),
        checksum: UInt32(truncatingIfNeeded: number(16, 4)), method: number(8, 2) & 1 == 0 ? number(10, 2) : nil)
      // Members lie before the directory.
      guard member.offset <= start, member.storedCount + ZipRecord.localSize <= start - member.offset else {
        throw GraftError(.corrupt, "The member '\(name)' lies outside the file.")
      }
      guard members.updateValue(member, forKey: name) == nil else {
        throw GraftError(.corrupt, "It has two members named '\(name)'.")
      }
      names.append(name)
      place = next
    }
    return (names, try separated(members))
  }

  /// Members with the limits that their neighbours set. One byte in many members would make a small file a large one.
  private static func separated(_ members: [String: Member]) throws -> [String: Member] {
    var result = members
    let ordered = members.sorted { $0.value.offset < $1.value.offset }
    for (one, next) in zip(ordered, ordered.dropFirst()) {
      guard one.value.storedCount + ZipRecord.localSize <= next.value.offset - one.value.offset else {
        throw GraftError(.corrupt, "The members '\(one.key)' and '\(next.key)' overlap.")
      }
      result[one.key]?.limit = next.value.offset
    }
    return result
  }
}
