/// What multinomial logistic regression wants of every sample: its class, and how much it counts.
struct SoftmaxSamples: Sendable {
  let labels: [Int]
  /// What each sample's loss is multiplied with; together 1. Samples of weight 0 are not fitted.
  let shares: [Double]
  /// The weights as they were given, together.
  let totalWeight: Double

  init(labels: [Int], weights: [Double]) {
    self.labels = labels
    let total = weights.reduce(0, +)
    totalWeight = total
    shares = weights.map { $0 / total }
  }

  /// The penalty λ that scikit-learn's C means for these samples.
  func penalty(_ regularization: Double) -> Double { 1 / (regularization * totalWeight) }
}
