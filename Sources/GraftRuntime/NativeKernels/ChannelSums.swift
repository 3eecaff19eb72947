/// Sums over the rows of a matrix whose columns are channels: in float32 over a few rows at a time, which stay in the
/// cache and make vectors, and in double precision over those.
enum ChannelSums {
  private static let chunk = 64

  /// Σ x and Σ x² per channel: `totals` gets the sums, then the sums of squares.
  ///
  /// Within a chunk the first row is taken off, so that a mean far from zero costs no digits.
  static func collect(
    rows: Int, channels: Int, _ x: UnsafePointer<Float>, into totals: UnsafeMutableBufferPointer<Double>,
    sums s: UnsafeMutablePointer<Float>
  ) {
    totals.update(repeating: 0)
    let q = s + channels
    for start in stride(from: 0, to: rows, by: chunk) {
      let end = min(start + chunk, rows)
      let pivot = x + start * channels
      for index in 0..<(2 * channels) { s[index] = 0 }
      for row in (start + 1)..<max(end, start + 1) {
        let values = x + row * channels
        for channel in 0..<channels {
          let d = values[channel] - pivot[channel]
          s[channel] += d
          q[channel] += d * d
        }
      }
      let count = Double(end - start)
      for channel in 0..<channels {
        let p = Double(pivot[channel])
        totals[channel] += Double(s[channel]) + count * p
        totals[channels + channel] += Double(q[channel]) + 2 * p * Double(s[channel]) + count * p * p
      }
    }
  }
}

extension TeamMember {
  /// Adds up the workers' numbers in the workers' order.
  func sum(_ values: UnsafeMutableBufferPointer<Double>) { team?.sum(values, as: index) }
}
