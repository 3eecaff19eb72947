internal import GraftRuntime

/// One fold of a cross-validation on its way from strong to weak regularisation: each fit begins where the last one ended.
final class FoldWalk: @unchecked Sendable {
  // Unchecked: one worker at a time has it.
  /// How the samples that were held out do with the last fit.
  private(set) var score: (logLoss: Double, accuracy: Double) = (.nan, .nan)
  private let objective: SingleSoftmaxObjective
  private let search: LBFGS
  private let fitted: SoftmaxSamples
  private let held: [Double]
  private let penalisedCount: Int

  init(_ samples: HeadSamples, _ matrix: SampleMatrix, _ folds: [Int], fold: Int) throws {
    fitted = SoftmaxSamples(
      labels: samples.labels, weights: zip(samples.weights, folds).map { $1 == fold ? 0 : $0 })
    held = zip(samples.weights, folds).map { $1 == fold ? $0 : 0 }
    objective = try SingleSoftmaxObjective(matrix, fitted, classes: samples.classes)
    search = LBFGS(parameterCount: objective.parameterCount)
    penalisedCount = samples.classes * matrix.columns
  }

  /// Fits with one strength, and scores.
  func fit(
    _ regularization: Double, tolerance: Double, _ maximumEvaluations: Int, _ shouldStop: () -> Bool
  ) throws {
    let penalty = fitted.penalty(regularization)
    search.addCurvature(penalty - objective.penalty, first: penalisedCount)
    objective.penalty = penalty
    _ = try search.minimize(
      objective, tolerance: tolerance, maximumEvaluations: maximumEvaluations, shouldStop: shouldStop)
    score = try objective.score(search.parameters.base, held)
  }
}

/// The folds' walks, to be handed out by number.
struct FoldWalks: Sendable {
  private let walks: [FoldWalk]

  init(_ walks: [FoldWalk]) { self.walks = walks }

  /// A walk; nil beyond the last one.
  subscript(fold: Int) -> FoldWalk? { fold < walks.count ? walks[fold] : nil }

  var scores: [(logLoss: Double, accuracy: Double)] { walks.map(\.score) }
}
