internal import GraftCore

/// Finds the raw data of attributes in an object's header.
struct HDF5ObjectHeader {
  private let file: HDF5Bytes
  private let address: Int
  private static let attributeMessage = 0x0C
  private static let continuationMessage = 0x10

  init(file: HDF5Bytes, address: Int) {
    self.file = file
    self.address = address
  }

  /// The data of an attribute; nil if the header itself does not hold it.
  func attribute(_ name: String) throws -> ArraySlice<UInt8>? {
    let isVersion2 = try file.read(at: address, count: 4).bytes.elementsEqual("OHDR".utf8)
    var blocks = [try isVersion2 ? firstBlock2() : firstBlock1()]
    var next = 0
    while next < blocks.count {
      // Continuations of continuations without end mean that they run in a circle.
      guard blocks.count < 1024 else { throw GraftError(.corrupt, "A header continues without end.") }
      var block = blocks[next].slice
      let order = blocks[next].orderSize
      next += 1
      while block.bytes.count >= (isVersion2 ? 4 + order : 8) {
        let type = try block.number(isVersion2 ? 1 : 2)
        let size = try block.number(2)
        _ = try block.take(isVersion2 ? 1 + order : 4)
        let message = try block.take(size)
        if type == Self.attributeMessage, let data = try Self.data(of: name, in: message) { return data }
        if type == Self.continuationMessage {
          var place = HDF5Slice(bytes: message)
          let (address, length) = (try place.number(8), try place.number(8))
          var slice = try file.read(at: address, count: length)
          if isVersion2 {
            // A signature in front, a checksum behind.
            _ = try slice.take(4)
            slice = HDF5Slice(bytes: slice.bytes.dropLast(4))
          }
          blocks.append((slice, order))
        }
      }
    }
    return nil
  }

  private func firstBlock1() throws -> (slice: HDF5Slice, orderSize: Int) {
    var prefix = try file.read(at: address, count: 16)
    guard try prefix.number(1) == 1 else { throw GraftError(.corrupt, "An object's header has no known version.") }
    _ = try prefix.take(7)
    return (try file.read(at: address + 16, count: try prefix.number(4)), 0)
  }

  private func firstBlock2() throws -> (slice: HDF5Slice, orderSize: Int) {
    let flags = try file.read(at: address, count: 6).bytes.last.map { Int($0) } ?? 0
    let skipped = 6 + (flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0)
    let width = 1 << (flags & 3)
    var prefix = try file.read(at: address + skipped, count: width)
    let block = try file.read(at: address + skipped + width, count: try prefix.number(width))
    return (block, flags & 0x04 != 0 ? 2 : 0)
  }

  private static func data(of name: String, in message: ArraySlice<UInt8>) throws -> ArraySlice<UInt8>? {
    var message = HDF5Slice(bytes: message)
    let version = try message.number(1)
    guard (1...3).contains(version) else { throw GraftError(.corrupt, "An attribute has no known version.") }
    _ = try message.take(1)
    let sizes = [try message.number(2), try message.number(2), try message.number(2)]
    if version == 3 { _ = try message.take(1) }
    // Version 1 pads name, type and shape to multiples of eight.
    func padded(_ size: Int) -> Int { version == 1 ? (size + 7) & ~7 : size }
    let found = try message.take(padded(sizes[0])).prefix { $0 != 0 }
    _ = try message.take(padded(sizes[1]) + padded(sizes[2]))
    return found.elementsEqual(name.utf8) ? message.bytes : nil
  }
}
