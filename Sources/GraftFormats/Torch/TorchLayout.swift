internal import GraftCore

/// What both layouts of `torch.save` come to: a pickle's value, and where each of its storages lies.
struct TorchLayout {
  /// 0x1950a86a20f9469cfc6c, the first pickle of the older layout.
  private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
  /// How that pickle begins: protocol 2, a long number of ten bytes.
  private static let start: [UInt8] = [0x80, 0x02, 0x8A, 0x0A] + magic

  /// How many times its size the numbers of a file may take. Torch packs nothing; others may have.
  private static let densest = 16

  let root: PickleValue
  let reader: PickleReader
  /// For each storage the bytes that it lies in, and where.
  let places: [(bytes: [UInt8], range: Range<Int>)]

  static func describes(_ path: String) throws -> Bool {
    guard try !ZipArchive.describes(path) else { return try pickle(in: ZipArchive(contentsOf: path)) != nil }
    let file = try InputFile(path)
    return try file.byteCount >= start.count && file.bytes(at: 0, count: start.count) == start
  }

  /// `archive/data.pkl` with one folder around all.
  private static func pickle(in archive: borrowing ZipArchive) -> String? {
    archive.names.first { $0.hasSuffix("/data.pkl") && $0.count { $0 == "/" } == 1 }
  }

  /// torch 1.6 and later: a zip of `data.pkl`, and of a member for each storage.
  init(zip path: String) throws {
    let archive = try ZipArchive(contentsOf: path)
    guard let pickle = Self.pickle(in: archive) else {
      throw GraftError(.unsupported, "Expected a zip with a 'data.pkl'; found \(archive.names.prefix(8)).")
    }
    let folder = pickle.dropLast("data.pkl".count)
    if archive.names.contains(folder + "byteorder") {
      let order = String(decoding: try archive.bytes(of: folder + "byteorder"), as: UTF8.self)
      guard order == "little" else {
        throw GraftError(
          .unsupported, "Expected numbers with their low bytes first. Received the byte order '\(order)'.")
      }
    }
    // torch compresses nothing. Where somebody did, a description does not shrink this much.
    var reader = PickleReader(try archive.bytes(of: pickle, limit: 64 * archive.byteCount + 1 << 16)[...])
    root = try reader.value()
    // Members may lie over each other, or be packed: what they come to is bounded before any is read.
    let total = reader.storages.reduce(0) { sum, storage in
      let (next, overflow) = sum.addingReportingOverflow(storage.count * storage.type.byteCount)
      return overflow ? Int.max : next
    }
    guard total / Self.densest <= archive.byteCount else {
      throw GraftError(.corrupt, "Its storages claim \(total) bytes, which \(archive.byteCount) cannot hold.")
    }
    places = try reader.storages.map { storage in
      let bytes = try archive.bytes(of: "\(folder)data/\(storage.key)")
      guard bytes.count == storage.count * storage.type.byteCount else {
        throw GraftError(
          .corrupt, "The storage '\(storage.key)' has \(bytes.count) bytes for \(storage.count) numbers.")
      }
      return (bytes, bytes.indices)
    }
    self.reader = reader
  }

  /// torch before 1.6: five pickles (magic number, version, machine, value, keys of storages), then the storages in that order, each
  /// its length as 64 bits and its numbers.
  init(legacy path: String) throws {
    let file = try InputFile(path)
    let bytes = try file.bytes(at: 0, count: file.byteCount)
    guard bytes.starts(with: Self.start) else {
      throw GraftError(
        .unreadable,
        "'\(path)' is no file of torch: expected a zip, or the magic number of the layout before torch 1.6.")
    }
    var place = 0
    func pickle() throws -> (value: PickleValue, reader: PickleReader) {
      var reader = PickleReader(bytes[place...])
      let value = try reader.value()
      place = reader.place
      return (value, reader)
    }
    let magic = try pickle().value, version = try pickle().value, machine = try pickle()
    guard case .long(Self.magic) = magic, version.int == 1001 else {
      throw GraftError(.unsupported, "Expected version 1001 of the layout before torch 1.6.")
    }
    if let order = machine.reader.entries(of: machine.value)?.first(where: { $0.key == "little_endian" })?.value,
      case .bool(false) = order
    {
      throw GraftError(.unsupported, "Expected numbers with their low bytes first; the file was written the other way.")
    }
    (root, reader) = try pickle()
    let keys = try pickle()
    let names = (keys.reader.members(of: keys.value) ?? []).compactMap(\.string)
    let order = Dictionary(reader.storages.enumerated().map { ($0.element.key, $0.offset) }) { first, _ in first }
    var found = [Range<Int>?](repeating: nil, count: reader.storages.count)
    for name in names {
      guard let index = order[name], found[index] == nil else {
        throw GraftError(.corrupt, "The file has a storage '\(name)' that none of its tensors needs, or has it twice.")
      }
      let storage = reader.storages[index]
      guard bytes.count - place >= 8 else { throw GraftError(.corrupt, "The file ends before the storage '\(name)'.") }
      let count = bytes[place..<(place + 8)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      place += 8
      guard count == storage.count, storage.count <= (bytes.count - place) / storage.type.byteCount else {
        throw GraftError(
          .corrupt,
          "The storage '\(name)' has \(count) numbers, expected \(storage.count), and \(bytes.count - place) bytes follow."
        )
      }
      let end = place + storage.count * storage.type.byteCount
      found[index] = place..<end
      place = end
    }
    guard place == bytes.count else {
      throw GraftError(.corrupt, "\(bytes.count - place) bytes follow the last storage.")
    }
    places = try zip(reader.storages, found).map { storage, range in
      guard let range else { throw GraftError(.corrupt, "The file has no storage '\(storage.key)'.") }
      return (bytes, range)
    }
  }
}
