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
  /// `taps` weights per output position; they sum to 1.
  let weights: [Float]
  let taps: Int

  init(_ key: Key) {
    let scale = key.extent / Double(key.count)
    let support = max(scale, 1)
    let taps = min(Int(support.rounded(.up)) * 2 + 1, key.length)
    var starts = [Int]()
    var counts = [Int]()
    var weights = [Float](repeating: 0, count: key.count * taps)
    for position in 0..<key.count {
      let center = key.start + (Double(position) + 0.5) * scale
      let first = max(0, Int(center - support + 0.5))
      let end = min(key.length, Int(center + support + 0.5))
      let triangle = (first..<end).map { max(0, 1 - abs((Double($0) + 0.5 - center) / support)) }
      let sum = triangle.reduce(0, +)
      for (index, weight) in triangle.enumerated() { weights[position * taps + index] = Float(weight / sum) }
      starts.append(first)
      counts.append(triangle.count)
    }
    (self.starts, self.counts, self.weights, self.taps) = (starts, counts, weights, taps)
  }
}
