/// Mean and spread of a few values.
struct Spread: Sendable, Hashable {
  let mean: Double
  /// The standard deviation, with n − 1; 0 for a single value.
  let deviation: Double
  /// What the mean itself is uncertain by: deviation / √n.
  let standardError: Double

  init(_ values: [Double]) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    self.mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = values.count > 1 ? (squares / (count - 1)).squareRoot() : 0
    standardError = deviation / count.squareRoot()
  }
}
