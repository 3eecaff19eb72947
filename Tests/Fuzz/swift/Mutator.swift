/// Makes inputs from others: bits, lengths, pieces, words of the format.
struct Mutator {
  var dice: Dice
  /// Words of the format.
  let tokens: [[UInt8]]
  /// Other inputs of the same format, to take pieces from.
  let pool: [[UInt8]]
  /// Inputs never grow beyond this.
  static let longest = 1 << 18

  init(dice: Dice, tokens: [[UInt8]], pool: [[UInt8]]) {
    self.dice = dice
    self.tokens = tokens
    self.pool = pool
  }

  /// A few changes that need not know the format.
  mutating func changeBytes(_ bytes: inout [UInt8], times: Int? = nil) {
    let count = times ?? (1 << dice.below(4))
    for _ in 0..<count { changeOnce(&bytes) }
    if bytes.count > Self.longest { bytes.removeLast(bytes.count - Self.longest) }
  }

  private mutating func changeOnce(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else {
      bytes = dice.pick(pool) ?? []
      return
    }
    switch dice.below(12) {
    case 0, 1: bytes[dice.below(bytes.count)] ^= 1 << UInt8(dice.below(8))
    case 2: bytes[dice.below(bytes.count)] = UInt8(truncatingIfNeeded: dice.word())
    case 3, 4, 5: changeWord(&bytes)
    case 6: bytes.removeSubrange(dice.range(in: bytes.count))
    case 7:
      let range = dice.range(in: bytes.count, longest: 4096)
      let copies = dice.oneIn(4) ? 1 + dice.below(32) : 1
      let piece = Array(bytes[range])
      let place = dice.below(bytes.count + 1)
      for _ in 0..<copies where bytes.count < Self.longest { bytes.insert(contentsOf: piece, at: place) }
    case 8:
      let range = dice.range(in: bytes.count, longest: 256)
      let place = dice.below(bytes.count - range.count + 1)
      bytes.replaceSubrange(place..<(place + range.count), with: Array(bytes[range]))
    case 9:
      guard let other = dice.pick(pool), !other.isEmpty else { return }
      let piece = other[dice.range(in: other.count)]
      let place = dice.below(bytes.count + 1)
      if dice.oneIn(2) {
        bytes.insert(contentsOf: piece, at: place)
      } else {
        bytes.replaceSubrange(place..<min(bytes.count, place + piece.count), with: piece)
      }
    case 10:
      guard let token = dice.pick(tokens) else { return }
      let place = dice.below(bytes.count + 1)
      bytes.replaceSubrange(place..<(dice.oneIn(2) ? place : min(bytes.count, place + token.count)), with: token)
    default: if dice.oneIn(3) { bytes.removeLast(dice.below(bytes.count)) }
    }
  }

  /// Changes what may be a length or a place: a number of 1, 2, 4 or 8 bytes.
  private mutating func changeWord(_ bytes: inout [UInt8]) {
    let width = 1 << dice.below(4)
    guard bytes.count >= width else { return }
    var place = dice.below(bytes.count - width + 1)
    // Formats align their numbers.
    if !dice.oneIn(4) { place -= place % width }
    let isBig = dice.oneIn(4)
    let range = place..<(place + width)
    let old = (isBig ? Array(bytes[range]) : bytes[range].reversed()).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let new = dice.oneIn(2) ? old &+ UInt64(bitPattern: Int64(dice.below(65) - 32)) : extreme(bytes.count)
    let little = (0..<width).map { UInt8(truncatingIfNeeded: new >> (8 * UInt64($0))) }
    bytes.replaceSubrange(range, with: isBig ? little.reversed() : little)
  }

  /// A number that readers may stumble over in a file of a size.
  mutating func extreme(_ size: Int) -> UInt64 {
    let near = UInt64(bitPattern: Int64(dice.below(5) - 2))
    switch dice.below(5) {
    case 0: return near
    case 1: return UInt64(size) &+ near
    case 2: return 1 << UInt64(dice.below(64)) &+ near
    case 3: return UInt64(Int64.max) &+ near
    default: return dice.word() >> UInt64(dice.below(64))
    }
  }
}
