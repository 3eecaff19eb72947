import GraftCore

/// Random numbers one after another, all of them a function of a seed and an input's number.
struct Dice {
  private let random: RandomNumbers
  private var position: UInt64 = 0

  init(seed: UInt64, index: Int) { random = RandomNumbers(seed: seed, stream: UInt64(index)) }

  mutating func word() -> UInt64 {
    defer { position += 1 }
    let words = random.words(at: position)
    return UInt64(words.x) << 32 | UInt64(words.y)
  }

  /// A number from 0 to `limit` − 1; 0 if there is none.
  mutating func below(_ limit: Int) -> Int { limit > 1 ? Int(word() % UInt64(limit)) : 0 }

  /// Whether one of `count` equal chances came.
  mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

  mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[below(elements.count)]
  }

  /// A range of at most `longest` places; short ones are likelier.
  mutating func range(in count: Int, longest: Int = .max) -> Range<Int> {
    let start = below(count)
    let most = min(count - start, longest)
    let length = oneIn(2) ? below(min(most, 16) + 1) : below(most + 1)
    return start..<(start + length)
  }
}
