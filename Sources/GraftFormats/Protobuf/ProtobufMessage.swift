/// A Protocol Buffers message that is being written (protobuf.dev, "Encoding").
package struct ProtobufMessage {
  /// What has been written so far.
  package private(set) var bytes: [UInt8] = []

  /// Makes an empty message.
  package init() {}

  /// A 64-bit floating-point field.
  package mutating func add(_ field: Int, _ value: Double) {
    key(field, wireType: 1)
    little(value.bitPattern, bytes: 8)
  }

  /// A 32-bit floating-point field.
  package mutating func add(_ field: Int, _ value: Float) {
    key(field, wireType: 5)
    little(UInt64(value.bitPattern), bytes: 4)
  }

  /// A whole number of type int64.
  package mutating func add(_ field: Int, _ value: Int) {
    key(field, wireType: 0)
    variable(UInt64(bitPattern: Int64(value)))
  }

  /// Text.
  package mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

  /// A message inside.
  package mutating func add(_ field: Int, _ message: ProtobufMessage) { add(field, message.bytes) }

  /// Bytes.
  package mutating func add(_ field: Int, _ content: [UInt8]) {
    key(field, wireType: 2)
    variable(UInt64(content.count))
    bytes += content
  }

  private mutating func key(_ field: Int, wireType: Int) { variable(UInt64(field << 3 | wireType)) }

  private mutating func variable(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  private mutating func little(_ value: UInt64, bytes count: Int) {
    for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
  }
}
