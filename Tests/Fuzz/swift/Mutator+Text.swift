/// Changes to texts: numbers, words, and pieces between brackets.
extension Mutator {
  mutating func changeText(_ bytes: inout [UInt8]) {
    switch dice.below(8) {
    case 0, 1: changeNumber(&bytes)
    case 2:
      guard let token = dice.pick(tokens), let range = word(in: bytes) else { return }
      bytes.replaceSubrange(range, with: token)
    case 3:
      // A word of the text in another's place.
      guard let from = word(in: bytes), let to = word(in: bytes) else { return }
      bytes.replaceSubrange(to, with: Array(bytes[from]))
    case 4:
      guard let range = piece(in: bytes) else { return }
      bytes.removeSubrange(range)
    case 5:
      guard let from = piece(in: bytes), let to = piece(in: bytes) else { return }
      bytes.replaceSubrange(to, with: Array(bytes[from]))
    case 6:
      guard let from = piece(in: bytes), from.count < 4096 else { return }
      let copies = 1 + dice.below(dice.oneIn(8) ? 64 : 2)
      let copy = Array(bytes[from]) + [UInt8(ascii: ",")]
      for _ in 0..<copies where bytes.count < Self.longest { bytes.insert(contentsOf: copy, at: from.lowerBound) }
    default:
      guard let other = dice.pick(pool), let from = piece(in: other), let to = piece(in: bytes) else { return }
      bytes.replaceSubrange(to, with: Array(other[from]))
    }
    if bytes.count > Self.longest { bytes.removeLast(bytes.count - Self.longest) }
  }

  private mutating func changeNumber(_ bytes: inout [UInt8]) {
    guard let range = run(in: bytes, where: { $0 >= 0x30 && $0 <= 0x39 }) else { return }
    let text: String
    switch dice.below(8) {
    case 0: text = "-" + String(decoding: bytes[range], as: UTF8.self)
    case 1: text = "1e\(dice.below(700) - 350)"
    case 2: text = String(repeating: "9", count: 1 + dice.below(400))
    case 3: text = "\(dice.below(10))"
    case 4: text = "0.\(dice.below(1000))"
    default: text = "\(Int64(bitPattern: extreme(bytes.count)))"
    }
    bytes.replaceSubrange(range, with: text.utf8)
  }

  private mutating func word(in bytes: [UInt8]) -> Range<Int>? {
    run(in: bytes) { byte in
      byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte)
    }
  }

  /// The bytes of a kind around a place, the next ones if there are none.
  private mutating func run(in bytes: [UInt8], where isOne: (UInt8) -> Bool) -> Range<Int>? {
    guard !bytes.isEmpty else { return nil }
    let place = dice.below(bytes.count)
    guard let inside = bytes[place...].firstIndex(where: isOne) ?? bytes.firstIndex(where: isOne) else { return nil }
    var start = inside
    while start > 0, isOne(bytes[start - 1]) { start -= 1 }
    let end = bytes[inside...].firstIndex { !isOne($0) } ?? bytes.count
    return start..<end
  }

  /// From an opening bracket to the one that closes it, or a text in quotes.
  private mutating func piece(in bytes: [UInt8]) -> Range<Int>? {
    guard !bytes.isEmpty else { return nil }
    let place = dice.below(bytes.count)
    guard
      let start = bytes[place...].firstIndex(where: {
        $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: "\"")
      })
    else { return nil }
    if bytes[start] == UInt8(ascii: "\"") {
      guard let end = bytes[(start + 1)...].firstIndex(of: UInt8(ascii: "\"")) else { return nil }
      return start..<(end + 1)
    }
    var depth = 0
    for index in start..<bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ")"):
        depth -= 1
        if depth == 0 { return start..<(index + 1) }
      default: break
      }
    }
    return nil
  }
}
