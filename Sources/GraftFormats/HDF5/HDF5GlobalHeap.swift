internal import GraftCore

/// Follows references to strings of variable length into the collections that hold them.
enum HDF5GlobalHeap {
  /// The strings that `count` references of 16 bytes each (length, collection, index) mean.
  static func strings(in file: HDF5Bytes, references: ArraySlice<UInt8>, count: Int) throws -> [String] {
    var references = HDF5Slice(bytes: references)
    var collections: [Int: [Int: ArraySlice<UInt8>]] = [:]
    return try (0..<count).map { _ in
      let length = try references.number(4)
      let address = try references.number(8)
      let index = try references.number(4)
      guard length > 0 else { return "" }
      let objects = try collections[address] ?? collection(in: file, at: address)
      collections[address] = objects
      guard let object = objects[index], length <= object.count else {
        throw GraftError(.corrupt, "A reference to \(length) bytes of text leads nowhere.")
      }
      // Many references may mean one text.
      try file.spend(length)
      return String(decoding: object.prefix(length).prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  private static func collection(in file: HDF5Bytes, at address: Int) throws -> [Int: ArraySlice<UInt8>] {
    var header = try file.read(at: address, count: 16)
    guard try header.take(4).elementsEqual("GCOL".utf8) else {
      throw GraftError(.corrupt, "Expected a collection of texts at \(address).")
    }
    _ = try header.take(4)
    var rest = try file.read(at: address, count: try header.number(8))
    _ = try rest.take(16)
    var objects: [Int: ArraySlice<UInt8>] = [:]
    while rest.bytes.count >= 16 {
      let index = try rest.number(2)
      _ = try rest.take(6)
      let size = try rest.number(8)
      // Index 0 is the free space at the end.
      guard index != 0 else { break }
      objects[index] = try rest.take(size)
      // Objects are padded to multiples of eight; the last one's padding may be all that is left.
      _ = try rest.take(min((8 - size % 8) % 8, rest.bytes.count))
    }
    return objects
  }
}
