internal import GraftCore

/// Cross-entropy and accuracy of every strength of regularisation in every fold.
struct RegularizationTable: Sendable {
  /// The strengths, the strongest first.
  private(set) var path: [Double] = []
  /// One row per fold, one value per strength.
  private(set) var logLosses: [[Double]]
  private(set) var accuracies: [[Double]]

  init(folds: Int) {
    logLosses = [[Double]](repeating: [], count: folds)
    accuracies = logLosses
  }

  /// Adds a weaker strength with its scores in all folds.
  mutating func append(_ regularization: Double, _ scores: [(logLoss: Double, accuracy: Double)]) {
    path.append(regularization)
    for (fold, score) in scores.enumerated() {
      logLosses[fold].append(score.logLoss)
      accuracies[fold].append(score.accuracy)
    }
  }

  /// Whether the last two strengths are each worse than the best by more than its standard error, the last one most.
  var isClearlyPastItsBest: Bool {
    let losses = path.indices.map { index in Spread(logLosses.map { $0[index] }) }
    guard losses.count >= 3, let best = losses.min(by: { $0.mean < $1.mean }) else { return false }
    let (before, last) = (losses[losses.count - 2].mean, losses[losses.count - 1].mean)
    return before > best.mean + best.standardError && last > before
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
