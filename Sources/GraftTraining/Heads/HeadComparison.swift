internal import Foundation
public import GraftCore

/// The post's head and the linear one, compared by cross-validation on the same features and the same folds.
///
/// **The rule.** The linear head is taken unless the dense one's accuracy is better by more than one standard error, that of
/// the fold by fold difference. When the folds cannot tell the two apart, the linear one has less to go wrong: one minimum
/// and no learning rate, a regularisation that the data chose, and fewer weights.
///
/// The linear head's regularisation in a fold is the one that the other folds choose, so that no fold judges a choice in
/// which it had a say.
///
/// ```swift
/// let comparison = try await HeadComparison.compare(features: features, classIndices: labels, classes: 5)
/// print(comparison.table, comparison.reason)
/// ```
public struct HeadComparison: Sendable {
  /// How each kind did; empty if a class has too few different samples for cross-validation.
  public let scores: [HeadScore]
  /// The number of folds; 0 without cross-validation.
  public let foldCount: Int
  /// The kind to take.
  public let choice: HeadKind
  /// Why, in a sentence.
  public let reason: String

  init(dense: HeadScore, linear: HeadScore) {
    scores = [dense, linear]
    foldCount = dense.accuracies.count
    let difference = Spread(zip(dense.accuracies, linear.accuracies).map { $0 - $1 })
    let isDense = difference.mean > difference.standardError
    choice = isDense ? .dense : .linear
    let (better, other) = isDense ? (dense, linear) : (linear, dense)
    let figures = """
      \(Self.percent(better.accuracy)) of the pictures that were held out are right, against \
      \(Self.percent(other.accuracy)) with \(other.kind.rawValue), over the same \(foldCount) folds
      """
    let error = String(format: "%.1f", 100 * difference.standardError)
    let points = String(format: "%.1f", 100 * abs(difference.mean))
    reason =
      isDense
      ? "dense: \(figures); that is \(points) points more, beyond the standard error of \(error)."
      : difference.mean > 0
        ? """
        linear: \(figures); the difference of \(points) points is within the standard error of \(error), and the linear \
        head has one minimum and no learning rate.
        """
        : "linear: \(figures)."
  }

  init(withoutFolds: Void) {
    scores = []
    foldCount = 0
    choice = .linear
    reason = """
      linear: a class has fewer than two different pictures, so nothing can be held out to compare heads on; the linear \
      head has fewer weights to learn.
      """
  }

  /// Compares the two.
  ///
  /// - Parameters:
  ///   - features: One row per sample.
  ///   - classIndices: The class of each.
  ///   - classes: The number of classes.
  ///   - groups: Samples of the same number are never parted.
  ///   - dense: How the dense head is made and trained.
  ///   - linear: How the linear head is fitted; its number of folds and its seed decide the folds for both, and its class
  ///     weights count for both.
  ///   - progress: Called from other threads with fits done and fits in all.
  public static func compare(
    features: Tensor, classIndices: [Int], classes: Int, groups: [Int]? = nil,
    dense: DenseHeadRecipe = DenseHeadRecipe(), linear: LinearHeadOptions = LinearHeadOptions(),
    progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> HeadComparison {
    let samples = try HeadSamples(
      features, classIndices, classes: classes, weights: nil,
      groups: HeadSamples.groups(groups, classIndices, seed: linear.seed), linear)
    return try await compare(samples, dense, linear, progress: progress).comparison
  }

  /// Compares the two, and gives the linear head on all samples, which is there already.
  static func compare(
    _ samples: HeadSamples, _ dense: DenseHeadRecipe, _ linear: LinearHeadOptions,
    progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> (comparison: HeadComparison, linear: LinearHeadFit) {
    let counter = FitCounter(
      total: samples.folds == nil ? 1 : samples.foldCount * (linear.path.count + 1) + 1, progress)
    let (fit, table) = try await LinearHead.fit(samples, linear, alwaysValidates: true, counter)
    guard let table, let folds = samples.folds else { return (HeadComparison(withoutFolds: ()), fit) }
    let chosen = (0..<table.foldCount).map { table.choice(leavingOut: $0) }
    let linearScore = HeadScore(
      kind: .linear, accuracies: chosen.enumerated().map { table.accuracies[$0][$1] },
      logLosses: chosen.enumerated().map { table.logLosses[$0][$1] }, seconds: fit.seconds)
    let began = ContinuousClock.now
    let denseScores = try await DenseHead.validate(samples, folds, dense, counter)
    let denseScore = HeadScore(
      kind: .dense, accuracies: denseScores.map(\.accuracy), logLosses: denseScores.map(\.logLoss),
      seconds: began.secondsSince)
    return (HeadComparison(dense: denseScore, linear: linearScore), fit)
  }

  /// The scores as text, one line per kind of head.
  public var table: String {
    let rows = scores.map { score in
      [
        score.kind.rawValue,
        "\(Self.percent(score.accuracy)) ± \(String(format: "%.1f", 100 * score.accuracyDeviation))",
        String(format: "%.3f", score.logLoss), String(format: "%.2f s", score.seconds),
        score.kind == choice ? "chosen" : "",
      ]
    }
    let cells = [["head", "accuracy", "log loss", "time", ""]] + rows
    let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { row in
      zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
        .trimmingCharacters(in: .whitespaces)
    }.joined(separator: "\n")
  }

  private static func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
}
