internal import GraftCore

/// Unpacks deflated bytes (RFC 1951) whose unpacked length is known.
///
/// Nothing is trusted: every code, length and distance is checked, and no more is written than was announced.
struct Inflate {
  private static let fault = GraftError(.corrupt, "Its compressed bytes are damaged.")
  // RFC 1951, 3.2.5: the smallest length or distance of each symbol, and how many more bits follow.
  private static let lengths: [(base: Int, bits: Int)] =
    [(3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1), (15, 1), (17, 1), (19, 2)]
    + [(23, 2), (27, 2), (31, 2), (35, 3), (43, 3), (51, 3), (59, 3), (67, 4), (83, 4), (99, 4), (115, 4), (131, 5)]
    + [(163, 5), (195, 5), (227, 5), (258, 0)]
  private static let distances: [(base: Int, bits: Int)] = (0..<30).map { symbol in
    let bits = max(0, symbol / 2 - 1)
    return (symbol < 2 ? symbol + 1 : (2 + symbol % 2) << bits + 1, bits)
  }
  // The order in which the lengths of the code of lengths come.
  private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  /// A canonical Huffman code: how many symbols have each length, and the symbols in order.
  private struct Code {
    var counts = [Int](repeating: 0, count: 16)
    var symbols: [Int] = []

    init(_ lengths: ArraySlice<Int>) throws {
      for length in lengths { counts[length] += 1 }
      counts[0] = 0
      var left = 1
      for count in counts.dropFirst() {
        left = 2 * left - count
        // More codes than there can be.
        guard left >= 0 else { throw Inflate.fault }
      }
      symbols = lengths.enumerated().filter { $0.element > 0 }
        .sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }.map(\.offset)
    }
  }

  private let input: [UInt8]
  private var place = 0
  private var held = 0
  private var heldCount = 0
  private var output: [UInt8] = []
  private let count: Int

  private init(_ input: [UInt8], count: Int) {
    self.input = input
    self.count = count
    output.reserveCapacity(count)
  }

  /// Unpacks bytes.
  ///
  /// - Throws: `GraftError.corrupt` if they are damaged, or do not make `count` bytes.
  static func bytes(of input: [UInt8], count: Int) throws -> [UInt8] {
    // No code is shorter than a bit, and none makes more than 258 bytes; so no memory is taken on a mere claim.
    guard count >= 0, count / 1032 <= input.count else { throw fault }
    var inflate = Inflate(input, count: count)
    try inflate.run()
    return inflate.output
  }

  private mutating func run() throws {
    var isLast = false
    while !isLast {
      isLast = try bits(1) == 1
      switch try bits(2) {
      case 0: try copyStored()
      case 1:
        try decode(
          Code(
            ([Int](repeating: 8, count: 144) + [Int](repeating: 9, count: 112) + [Int](repeating: 7, count: 24)
              + [Int](repeating: 8, count: 8))[...]), Code([Int](repeating: 5, count: 30)[...]))
      case 2:
        let (literals, distances) = try codes()
        try decode(literals, distances)
      default: throw Self.fault
      }
    }
    guard output.count == count else { throw Self.fault }
  }

  private mutating func bits(_ wanted: Int) throws -> Int {
    while heldCount < wanted {
      guard place < input.count else { throw Self.fault }
      held |= Int(input[place]) << heldCount
      place += 1
      heldCount += 8
    }
    let value = held & (1 << wanted - 1)
    held >>= wanted
    heldCount -= wanted
    return value
  }

  private mutating func symbol(_ code: Code) throws -> Int {
    var (value, first, index) = (0, 0, 0)
    for length in 1..<16 {
      value |= try bits(1)
      let count = code.counts[length]
      if value - first < count { return code.symbols[index + value - first] }
      index += count
      first = (first + count) << 1
      value <<= 1
    }
    throw Self.fault
  }

  private mutating func copyStored() throws {
    (held, heldCount) = (0, 0)
    guard place + 4 <= input.count else { throw Self.fault }
    let length = ZipRecord.number(input[...], at: place, count: 2)
    guard ZipRecord.number(input[...], at: place + 2, count: 2) == ~length & 0xFFFF else { throw Self.fault }
    place += 4
    guard length <= input.count - place, length <= count - output.count else { throw Self.fault }
    output += input[place..<(place + length)]
    place += length
  }

  private mutating func codes() throws -> (Code, Code) {
    let (literals, distances, count) = (try bits(5) + 257, try bits(5) + 1, try bits(4) + 4)
    guard literals <= 286, distances <= 30 else { throw Self.fault }
    var lengths = [Int](repeating: 0, count: 19)
    for index in Self.order.prefix(count) { lengths[index] = try bits(3) }
    let code = try Code(lengths[...])
    lengths = []
    while lengths.count < literals + distances {
      let symbol = try symbol(code)
      switch symbol {
      case 16:
        guard let last = lengths.last else { throw Self.fault }
        lengths += [Int](repeating: last, count: try bits(2) + 3)
      case 17: lengths += [Int](repeating: 0, count: try bits(3) + 3)
      case 18: lengths += [Int](repeating: 0, count: try bits(7) + 11)
      default: lengths.append(symbol)
      }
    }
    guard lengths.count == literals + distances else { throw Self.fault }
    return (try Code(lengths[..<literals]), try Code(lengths[literals...]))
  }

  private mutating func decode(_ literals: Code, _ distances: Code) throws {
    while true {
      let symbol = try symbol(literals)
      if symbol < 256 {
        guard output.count < count else { throw Self.fault }
        output.append(UInt8(symbol))
        continue
      }
      if symbol == 256 { return }
      guard symbol - 257 < Self.lengths.count else { throw Self.fault }
      let length = Self.lengths[symbol - 257].base + (try bits(Self.lengths[symbol - 257].bits))
      let back = try self.symbol(distances)
      guard back < Self.distances.count else { throw Self.fault }
      let distance = Self.distances[back].base + (try bits(Self.distances[back].bits))
      guard distance <= output.count, length <= count - output.count else { throw Self.fault }
      // What is copied may reach into what the copy itself makes.
      for _ in 0..<length { output.append(output[output.count - distance]) }
    }
  }
}
