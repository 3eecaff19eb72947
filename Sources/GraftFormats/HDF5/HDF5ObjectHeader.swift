internal import GraftCore

/// The messages in an object's header: what a group or a dataset is made of.
///
/// Definition: "HDF5 File Format Specification", version 3.0, IV.A; versions 1 and 2 of headers.
struct HDF5ObjectHeader {
  enum Kind: Int {
    case dataspace = 0x01
    case linkInfo = 0x02
    case datatype = 0x03
    case link = 0x06
    case externalFiles = 0x07
    case layout = 0x08
    case filters = 0x0B
    case attribute = 0x0C
    case continuation = 0x10
    case symbolTable = 0x11
    case attributeInfo = 0x15
  }

  private let messages: [(kind: Kind, isShared: Bool, bytes: ArraySlice<UInt8>)]

  /// Reads a header; messages of other kinds are passed over.
  init(_ file: HDF5Bytes, at address: Int) throws {
    let isVersion2 = try file.read(at: address, count: 4).bytes.elementsEqual("OHDR".utf8)
    var blocks = [try isVersion2 ? Self.firstBlock2(file, address) : Self.firstBlock1(file, address)]
    var messages: [(Kind, Bool, ArraySlice<UInt8>)] = []
    var next = 0
    while next < blocks.count {
      // Continuations of continuations without end mean that they run in a circle.
      guard blocks.count < 1024 else { throw GraftError(.corrupt, "A header continues without end.") }
      var block = blocks[next].slice
      let order = blocks[next].orderSize
      next += 1
      while block.bytes.count >= (isVersion2 ? 4 + order : 8) {
        let number = try block.number(isVersion2 ? 1 : 2)
        let size = try block.number(2)
        let flags = try block.number(1)
        _ = try block.take(isVersion2 ? order : 3)
        let message = try block.take(size)
        guard let kind = Kind(rawValue: number) else { continue }
        messages.append((kind, flags & 2 != 0, message))
        guard kind == .continuation else { continue }
        var place = HDF5Slice(bytes: message)
        let (address, length) = (try place.number(8), try place.number(8))
        let slice = try file.read(at: address, count: length)
        blocks.append((isVersion2 ? try Self.checked(slice, signature: "OCHK") : slice, order))
      }
    }
    self.messages = messages
  }

  /// Whether there is a message of a kind.
  func has(_ kind: Kind) -> Bool { messages.contains { $0.kind == kind } }

  /// All messages of a kind; throws `.unsupported` if one lies elsewhere, as those do that objects share.
  func all(_ kind: Kind) throws -> [HDF5Slice] {
    try messages.filter { $0.kind == kind }.map { message in
      guard !message.isShared else {
        throw GraftError(.unsupported, "A part of its description is shared with other objects.")
      }
      return HDF5Slice(bytes: message.bytes)
    }
  }

  /// The one message of a kind; throws `.corrupt` if there is none.
  func one(_ kind: Kind) throws -> HDF5Slice {
    guard let message = try all(kind).first else {
      throw GraftError(.corrupt, "An object's header lacks its \(kind).")
    }
    return message
  }

  private static func firstBlock1(_ file: HDF5Bytes, _ address: Int) throws -> (slice: HDF5Slice, orderSize: Int) {
    var prefix = try file.read(at: address, count: 16)
    guard try prefix.number(1) == 1 else { throw GraftError(.corrupt, "An object's header has no known version.") }
    _ = try prefix.take(7)
    return (try file.read(at: address + 16, count: try prefix.number(4)), 0)
  }

  private static func firstBlock2(_ file: HDF5Bytes, _ address: Int) throws -> (slice: HDF5Slice, orderSize: Int) {
    let flags = try file.read(at: address, count: 6).bytes.last.map { Int($0) } ?? 0
    let skipped = 6 + (flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0)
    let width = 1 << (flags & 3)
    var prefix = try file.read(at: address + skipped, count: width)
    let count = (skipped + width + 4).addingReportingOverflow(try prefix.number(width))
    guard !count.overflow else { throw GraftError(.corrupt, "An object's header has an impossible size.") }
    var block = try checked(file.read(at: address, count: count.partialValue), signature: "OHDR")
    _ = try block.take(skipped + width - 4)
    return (block, flags & 0x04 != 0 ? 2 : 0)
  }

  /// What lies between a signature and a checksum.
  private static func checked(_ block: HDF5Slice, signature: String) throws -> HDF5Slice {
    var tail = HDF5Slice(bytes: block.bytes.suffix(4))
    guard block.bytes.count >= 8, block.bytes.starts(with: signature.utf8),
      try tail.number(4) == Int(HDF5Checksum.lookup3(block.bytes.dropLast(4)))
    else { throw GraftError(.corrupt, "An object's header does not agree with its checksum.") }
    return HDF5Slice(bytes: block.bytes.dropFirst(4).dropLast(4))
  }
}
