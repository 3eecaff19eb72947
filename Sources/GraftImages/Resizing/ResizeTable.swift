/// The triangle filter along one axis: for each output position, its first source position and the weights from there on.
///
/// Half-pixel centres; the filter's support grows with the scale when shrinking (antialiasing) and is one pixel when
/// enlarging. The same definition as Pillow's `BILINEAR` and `tf.image.resize(method="bilinear", antialias=True)`.
struct ResizeTable {
  struct Key: Hashable {
    /// The source's length.
    let length: Int
    /// The part that is used.
    let start: Double
    let extent: Double
    /// The output's length.
    let count: Int
  }

  /// Per output position, the first source position that has a weight.
  let starts: [Int]
  /// Per output position, how many weights are not padding.
  let counts: [Int]
  /// `taps` weights per output position in 65536ths; they sum to 65536, or to 65535 where one stands alone.
  let weights: [UInt16]
  let taps: Int
  /// The same weights for pixels of three channels, two pixels at a time: three lanes of one weight, three of the next.
  let pairs: [SIMD8<UInt16>]

  /// The number of entries in `pairs` per output position.
  var pairCount: Int { (taps + 1) / 2 }

  init(_ key: Key) {
    let scale = key.extent / Double(key.count)
    let support = max(scale, 1)
    var starts = [Int]()
    var parts = [[UInt16]]()
    for position in 0..<key.count {
      let center = key.start + (Double(position) + 0.5) * scale
      let first = max(0, Int(center - support + 0.5))
      let end = min(key.length, Int(center + support + 0.5))
      let triangle = (first..<end).map { max(0, 1 - abs((Double($0) + 0.5 - center) / support)) }
      starts.append(first)
      parts.append(Self.parts(triangle))
    }
    let taps = parts.map(\.count).max() ?? 0
    let weights = parts.flatMap { $0 + [UInt16](repeating: 0, count: taps - $0.count) }
    (self.starts, counts, self.weights, self.taps) = (starts, parts.map(\.count), weights, taps)
    pairs = (0..<key.count).flatMap { position in
      stride(from: 0, to: taps, by: 2).map { tap in
        let one = weights[position * taps + tap]
        let two = tap + 1 < taps ? weights[position * taps + tap + 1] : 0
        return SIMD8(one, one, one, two, two, two, 0, 0)
      }
    }
  }

  /// Weights as 65536ths that sum to all of them: what rounding leaves over goes to the largest.
  private static func parts(_ weights: [Double]) -> [UInt16] {
    let sum = weights.reduce(0, +)
    var parts = weights.map { Int((65536 * $0 / sum).rounded()) }
    let largest = parts.indices.max { parts[$0] < parts[$1] } ?? 0
    parts[largest] += 65536 - parts.reduce(0, +)
    return parts.map { UInt16(clamping: $0) }
  }
}
