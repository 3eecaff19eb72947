/// Precision, recall and F1, of one class or averaged over several.
///
/// Where nothing was predicted, or nothing was there to be found, the score is 0, as Keras and scikit-learn have it.
public struct ClassScore: Sendable, Hashable, Codable {
  /// The share of predictions that were right.
  public let precision: Double
  /// The share of what was there that was found.
  public let recall: Double
  /// The harmonic mean of precision and recall; of an average, the average of the classes' own.
  public let f1: Double
  /// Samples of the class; of an average, those of all classes together.
  public let support: Int

  /// Makes a score of its parts.
  public init(precision: Double, recall: Double, f1: Double, support: Int) {
    self.precision = precision
    self.recall = recall
    self.f1 = f1
    self.support = support
  }

  /// The scores that counts come to.
  init(truePositives: Int, falsePositives: Int, falseNegatives: Int) {
    func share(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
    precision = share(truePositives, truePositives + falsePositives)
    recall = share(truePositives, truePositives + falseNegatives)
    // 2PR / (P + R), without the rounding of either.
    f1 = share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives)
    support = truePositives + falseNegatives
  }

  /// A mean of scores with weights.
  init(mean scores: [ClassScore], weights: [Double]) {
    let total = weights.reduce(0, +)
    func mean(_ value: (ClassScore) -> Double) -> Double {
      total == 0 ? 0 : zip(scores, weights).reduce(0) { $0 + value($1.0) * $1.1 } / total
    }
    precision = mean(\.precision)
    recall = mean(\.recall)
    f1 = mean(\.f1)
    support = scores.reduce(0) { $0 + $1.support }
  }
}
