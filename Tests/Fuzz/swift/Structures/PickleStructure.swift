/// A pickle: opcodes of a byte, most with an argument. Numbers and single opcodes are changed, so that what follows stays in step.
struct PickleStructure: FuzzStructure {
  /// Opcodes whose argument is a number of so many bytes.
  private static let numbers: [UInt8: Int] = [
    UInt8(ascii: "K"): 1, UInt8(ascii: "M"): 2, UInt8(ascii: "J"): 4, UInt8(ascii: "q"): 1, UInt8(ascii: "r"): 4,
    UInt8(ascii: "h"): 1, UInt8(ascii: "j"): 4, UInt8(ascii: "X"): 4, UInt8(ascii: "U"): 1,
  ]
  /// Opcodes without an argument.
  private static let plain = Array("().0123]}tlaesuRQ\u{85}\u{86}\u{87}\u{88}\u{89}\u{94}bde".unicodeScalars).map {
    UInt8($0.value)
  }

  func changed(_ bytes: [UInt8], by mutator: inout Mutator) -> [UInt8] {
    var result = bytes
    for _ in 0...mutator.dice.below(4) where !result.isEmpty {
      let start = mutator.dice.below(result.count)
      let isNumber = mutator.dice.oneIn(2)
      guard
        let place = result[start...].firstIndex(where: {
          isNumber ? Self.numbers[$0] != nil : Self.plain.contains($0)
        })
      else { continue }
      if let width = Self.numbers[result[place]], isNumber, place + width < result.count {
        let value = mutator.extreme(result.count)
        for byte in 1...width { result[place + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * (byte - 1))) }
      } else {
        switch mutator.dice.below(4) {
        case 0: result.remove(at: place)
        case 1: result.insert(result[place], at: place)
        case 2: result[place] = mutator.dice.pick(Self.plain) ?? 0
        default: result.insert(mutator.dice.pick(Self.plain) ?? 0, at: place)
        }
      }
    }
    if mutator.dice.oneIn(3) { mutator.changeBytes(&result, times: 1 + mutator.dice.below(2)) }
    return result
  }
}
