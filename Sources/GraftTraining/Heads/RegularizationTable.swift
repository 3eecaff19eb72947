internal import GraftCore

/// Cross-entropy and accuracy of every strength of regularisation in every fold.
struct RegularizationTable: Sendable {
  /// The strengths, the strongest first.
  let path: [Double]
  /// One row per fold, one value per strength.
  private(set) var logLosses: [[Double]]
  private(set) var accuracies: [[Double]]

  init(path: [Double], folds: Int) {
    self.path = path
    logLosses = [[Double]](repeating: [Double](repeating: .nan, count: path.count), count: folds)
    accuracies = logLosses
  }

  mutating func set(fold: Int, _ index: Int, logLoss: Double, accuracy: Double) {
    logLosses[fold][index] = logLoss
    accuracies[fold][index] = accuracy
  }

  var foldCount: Int { logLosses.count }

  var scores: [RegularizationScore] {
    path.indices.map { index in
      let loss = Spread(logLosses.map { $0[index] })
      let accuracy = Spread(accuracies.map { $0[index] })
      return RegularizationScore(
        regularization: path[index], logLoss: loss.mean, logLossDeviation: loss.deviation, accuracy: accuracy.mean,
        accuracyDeviation: accuracy.deviation)
    }
  }

  /// The strength to take: the strongest whose mean cross-entropy is within one standard error of the best one's.
  ///
  /// - Parameter left: A fold that has no say.
  func choice(leavingOut left: Int? = nil) -> Int {
    let folds = logLosses.indices.filter { $0 != left }
    let losses = path.indices.map { index in Spread(folds.map { logLosses[$0][index] }) }
    guard let best = losses.indices.min(by: { losses[$0].mean < losses[$1].mean }) else { return 0 }
    return losses.firstIndex { $0.mean <= losses[best].mean + losses[best].standardError } ?? best
  }
}
