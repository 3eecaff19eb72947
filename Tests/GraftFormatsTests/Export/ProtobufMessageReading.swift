import Foundation

/// A Protocol Buffers message, read by the specification (protobuf.dev, "Encoding") and without Graft's own reader.
struct Message {
  var numbers: [Int: [UInt64]] = [:]
  var contents: [Int: [[UInt8]]] = [:]

  init(_ bytes: [UInt8]) throws {
    var place = 0
    func next() throws -> UInt8 {
      guard place < bytes.count else { throw CocoaError(.fileReadCorruptFile) }
      defer { place += 1 }
      return bytes[place]
    }
    func variable() throws -> UInt64 {
      var result: UInt64 = 0
      var shift: UInt64 = 0
      while true {
        let byte = try next()
        result |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return result }
        shift += 7
      }
    }
    func fixed(_ count: Int) throws -> UInt64 {
      try (0..<count).reduce(0) { try $0 | UInt64(next()) << UInt64(8 * $1) }
    }
    while place < bytes.count {
      let key = try variable()
      switch key & 7 {
      case 0: numbers[Int(key >> 3), default: []].append(try variable())
      case 1: numbers[Int(key >> 3), default: []].append(try fixed(8))
      case 5: numbers[Int(key >> 3), default: []].append(try fixed(4))
      case 2:
        let count = Int(try variable())
        contents[Int(key >> 3), default: []].append(try (0..<count).map { _ in try next() })
      default: throw CocoaError(.fileReadCorruptFile)
      }
    }
  }

  func int(_ field: Int) -> Int? { numbers[field]?.first.map { Int(truncatingIfNeeded: $0) } }
  func ints(_ field: Int) -> [Int] { (numbers[field] ?? []).map { Int(truncatingIfNeeded: $0) } }
  func texts(_ field: Int) -> [String] { (contents[field] ?? []).map { String(decoding: $0, as: UTF8.self) } }
  func text(_ field: Int) -> String { texts(field).first ?? "" }
  func messages(_ field: Int) throws -> [Message] { try (contents[field] ?? []).map { try Message($0) } }
}
