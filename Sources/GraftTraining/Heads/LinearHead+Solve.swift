internal import GraftCore
internal import GraftRuntime
internal import Synchronization

extension LinearHead {
  /// Where the fits of cross-validation end: closer changes no score by more than rounding.
  private static let searchTolerance = 1e-5
  /// Where single precision has little more to say.
  private static let singleTolerance = 1e-6
  private static let maximumEvaluations = 3000

  /// Strengths, from the strongest to weaker ones, in all folds; nil if the samples cannot be parted.
  ///
  /// The walk ends early where weaker regularisation has clearly become worse: those fits would be the longest, and none of
  /// them could be chosen.
  static func table(
    _ samples: HeadSamples, _ matrix: SampleMatrix, _ path: [Double], _ counter: FitCounter
  ) async throws -> RegularizationTable? {
    guard let folds = samples.folds else { return nil }
    let walks = FoldWalks(try (0..<samples.foldCount).map { try FoldWalk(samples, matrix, folds, fold: $0) })
    var table = RegularizationTable(folds: samples.foldCount)
    for (index, regularization) in path.enumerated() {
      let next = Counter()
      try await Workers.run(min(Workers.count, samples.foldCount)) { _, shouldStop in
        while let walk = walks[next.take()] {
          try walk.fit(regularization, tolerance: searchTolerance, maximumEvaluations, shouldStop)
          counter.step()
        }
      }
      table.append(regularization, walks.scores)
      if table.isClearlyPastItsBest {
        counter.step((path.count - index - 1) * samples.foldCount)
        break
      }
    }
    return table
  }

  /// Hands out numbers from 0 on.
  private final class Counter: Sendable {
    private let next = Atomic(0)

    func take() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue }
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
