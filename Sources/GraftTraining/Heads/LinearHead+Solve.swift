internal import GraftCore
internal import GraftRuntime
internal import Synchronization

extension LinearHead {
  /// Where the fits of cross-validation end: closer changes no score by more than rounding.
  private static let searchTolerance = 1e-5
  /// Where single precision has little more to say.
  private static let singleTolerance = 1e-6
  private static let maximumEvaluations = 3000

  /// What the workers of one cross-validation share.
  private final class Collector: Sendable {
    let next = Atomic(0)
    let table: Mutex<RegularizationTable>

    init(_ table: RegularizationTable) { self.table = Mutex(table) }
  }

  /// Every fold with every strength; nil if the samples cannot be parted.
  static func table(
    _ samples: HeadSamples, _ matrix: SampleMatrix, _ path: [Double], _ counter: FitCounter
  ) async throws -> RegularizationTable? {
    guard let folds = samples.folds else { return nil }
    let collector = Collector(RegularizationTable(path: path, folds: samples.foldCount))
    try await Workers.run(min(Workers.count, samples.foldCount)) { _, shouldStop in
      while true {
        let fold = collector.next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard fold < samples.foldCount else { return }
        try walk(samples, matrix, path, fold: fold, folds, shouldStop) { index, logLoss, accuracy in
          collector.table.withLock { $0.set(fold: fold, index, logLoss: logLoss, accuracy: accuracy) }
          counter.step()
        }
      }
    }
    return collector.table.withLock { $0 }
  }

  /// One fold: from the strongest regularisation to the weakest, each fit beginning where the last one ended.
  private static func walk(
    _ samples: HeadSamples, _ matrix: SampleMatrix, _ path: [Double], fold: Int, _ folds: [Int],
    _ shouldStop: () -> Bool, _ report: (_ index: Int, _ logLoss: Double, _ accuracy: Double) -> Void
  ) throws {
    let fitted = zip(samples.weights, folds).map { $1 == fold ? 0 : $0 }
    let held = zip(samples.weights, folds).map { $1 == fold ? $0 : 0 }
    let part = SoftmaxSamples(labels: samples.labels, weights: fitted)
    let objective = try SingleSoftmaxObjective(matrix, part, classes: samples.classes)
    let search = LBFGS(parameterCount: objective.parameterCount)
    for (index, regularization) in path.enumerated() {
      let penalty = part.penalty(regularization)
      search.addCurvature(penalty - objective.penalty, first: samples.classes * matrix.columns)
      objective.penalty = penalty
      _ = try search.minimize(
        objective, tolerance: searchTolerance, maximumEvaluations: maximumEvaluations, shouldStop: shouldStop)
      let score = try objective.score(search.parameters.base, held)
      report(index, score.logLoss, score.accuracy)
    }
  }

  /// A fitted head in a `Dense` layer's form.
  struct Solution: Sendable {
    let kernel: Tensor
    let bias: Tensor
    let outcome: LBFGS.Outcome
  }

  /// Takes a solution from one thread to another.
  private final class SolutionBox: Sendable {
    let solution = Mutex<Solution?>(nil)
  }

  /// All samples with one strength, to the end: in single precision as far as that goes, then in double.
  static func solve(
    _ samples: HeadSamples, _ matrix: SampleMatrix, _ scaling: ColumnScaling, regularization: Double, tolerance: Double
  ) async throws -> Solution {
    let box = SolutionBox()
    try await Workers.run(1) { _, shouldStop in
      let whole = SoftmaxSamples(labels: samples.labels, weights: samples.weights)
      let single = try SingleSoftmaxObjective(matrix, whole, classes: samples.classes)
      let double = DoubleSoftmaxObjective(samples.features, scaling, whole, classes: samples.classes)
      single.penalty = whole.penalty(regularization)
      double.penalty = single.penalty
      let search = LBFGS(parameterCount: single.parameterCount)
      let first = try search.minimize(
        single, tolerance: max(tolerance, singleTolerance), maximumEvaluations: maximumEvaluations,
        shouldStop: shouldStop)
      let last = try search.minimize(
        double, tolerance: tolerance, maximumEvaluations: maximumEvaluations, shouldStop: shouldStop)
      let outcome = LBFGS.Outcome(
        value: last.value, gradientNorm: last.gradientNorm, evaluations: first.evaluations + last.evaluations)
      box.solution.withLock { $0 = folded(search.parameters, scaling, classes: samples.classes, outcome) }
    }
    guard let solution = box.solution.withLock({ $0 }) else { throw CancellationError() }
    return solution
  }

  private static func folded(
    _ parameters: DoubleVector, _ scaling: ColumnScaling, classes: Int, _ outcome: LBFGS.Outcome
  ) -> Solution {
    let columns = scaling.means.count
    let kernel = DoubleVector(count: columns * classes)
    let offsets = DoubleVector(count: classes)
    scaling.fold(parameters.base, classes: classes, kernel: kernel.elements, offsets: offsets.elements)
    return Solution(
      kernel: Tensor(shape: [columns, classes], kernel.elements.map(Float.init)),
      bias: Tensor(offsets.elements.map(Float.init)), outcome: outcome)
  }
}
