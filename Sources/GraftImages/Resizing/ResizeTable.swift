internal import CPixels

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
  }

  /// The table as C reads it.
  func withTable<Result>(_ body: (graft_resize_table) -> Result) -> Result {
    starts.withUnsafeBufferPointer { starts in
      counts.withUnsafeBufferPointer { counts in
        weights.withUnsafeBufferPointer { weights in
          body(
            graft_resize_table(
              starts: starts.baseAddress, counts: counts.baseAddress, weights: weights.baseAddress, taps: taps,
              count: starts.count))
        }
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
