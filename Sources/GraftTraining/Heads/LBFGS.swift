/// Minimises smooth convex functions by limited-memory BFGS (Nocedal and Wright, "Numerical Optimization", algorithm 7.4).
///
/// What it learns of the curvature stays from one run to the next, so that a path of related functions is walked quickly.
/// The line search goes by slopes more than by values: near a minimum, differences of values are all rounding.
final class LBFGS {
  /// What a run came to.
  struct Outcome: Sendable {
    let value: Double
    /// The largest magnitude in the gradient.
    let gradientNorm: Double
    let evaluations: Int
  }

  private struct Pair {
    let step: DoubleVector
    let change: DoubleVector
    var inverse: Double
  }

  private static let memory = 10
  private static let maximumTrials = 30

  /// Where the search stands; set it before the first run.
  private(set) var parameters: DoubleVector
  private var gradient: DoubleVector
  private var trial: DoubleVector
  private var trialGradient: DoubleVector
  private let direction: DoubleVector
  private var pairs: [Pair] = []

  init(parameterCount count: Int) {
    parameters = DoubleVector(count: count)
    gradient = DoubleVector(count: count)
    trial = DoubleVector(count: count)
    trialGradient = DoubleVector(count: count)
    direction = DoubleVector(count: count)
  }

  /// Goes on until no element of the gradient is larger than `tolerance`, until rounding leaves nothing to gain, or until
  /// `maximumEvaluations`.
  ///
  /// - Throws: `CancellationError` if `shouldStop` says so.
  func minimize(
    _ objective: some SmoothObjective, tolerance: Double, maximumEvaluations: Int, shouldStop: () -> Bool
  ) throws -> Outcome {
    var value = try objective.evaluate(parameters.base, gradient: gradient.base)
    var evaluations = 1
    var norm = gradient.largestMagnitude
    while norm > tolerance, evaluations < maximumEvaluations {
      if shouldStop() { throw CancellationError() }
      setDirection()
      var slope = direction.dot(gradient)
      if !(slope < 0) {
        pairs.removeAll()
        setDirection()
        slope = direction.dot(gradient)
      }
      let first = pairs.isEmpty ? min(1, 1 / gradient.dot(gradient).squareRoot()) : 1
      guard
        let next = try search(
          objective, from: value, slope: slope, step: first, &evaluations, maximumEvaluations, shouldStop)
      else {
        // With nothing learned there is nothing left to try: the gradient is all rounding.
        if pairs.isEmpty { break }
        pairs.removeAll()
        continue
      }
      value = next
      remember()
      swap(&parameters, &trial)
      swap(&gradient, &trialGradient)
      norm = gradient.largestMagnitude
    }
    return Outcome(value: value, gradientNorm: norm, evaluations: evaluations)
  }

  /// Carries what was learned over to a function that has `difference` / 2 · ‖x‖² more, over the first `count` parameters.
  func addCurvature(_ difference: Double, first count: Int) {
    pairs = pairs.compactMap { pair in
      pair.change.add(difference, pair.step, first: count)
      return Self.inverse(pair.step, pair.change).map { Pair(step: pair.step, change: pair.change, inverse: $0) }
    }
  }

  // MARK: Direction

  /// direction ← −H g, H the inverse curvature as the pairs tell it.
  private func setDirection() {
    direction.copy(gradient)
    direction.scale(by: -1)
    var shares = [Double](repeating: 0, count: pairs.count)
    for index in pairs.indices.reversed() {
      shares[index] = pairs[index].inverse * pairs[index].step.dot(direction)
      direction.add(-shares[index], pairs[index].change)
    }
    if let last = pairs.last { direction.scale(by: 1 / (last.inverse * last.change.dot(last.change))) }
    for (index, pair) in pairs.enumerated() {
      direction.add(shares[index] - pair.inverse * pair.change.dot(direction), pair.step)
    }
  }

  private func remember() {
    let recycled = pairs.count == Self.memory ? pairs.removeFirst() : nil
    let step = recycled?.step ?? DoubleVector(count: parameters.count)
    let change = recycled?.change ?? DoubleVector(count: parameters.count)
    step.set(trial, plus: -1, parameters)
    change.set(trialGradient, plus: -1, gradient)
    if let inverse = Self.inverse(step, change) { pairs.append(Pair(step: step, change: change, inverse: inverse)) }
  }

  private static func inverse(_ step: DoubleVector, _ change: DoubleVector) -> Double? {
    let curvature = step.dot(change)
    return curvature > 1e-14 * step.dot(step) ? 1 / curvature : nil
  }

  // MARK: Line search

  /// Finds a step that the approximate Wolfe conditions accept (Hager and Zhang, 2005): the slope has flattened, and has not
  /// turned up too far. Leaves the point in `trial` and gives its value; nil if there is none.
  private func search(
    _ objective: some SmoothObjective, from value: Double, slope: Double, step first: Double, _ evaluations: inout Int,
    _ maximumEvaluations: Int, _ shouldStop: () -> Bool
  ) throws -> Double? {
    let slack = objective.relativeNoise * abs(value)
    var (low, lowSlope) = (0.0, slope)
    var (high, highSlope): (Double?, Double?) = (nil, nil)
    var step = first
    for _ in 0..<Self.maximumTrials where evaluations < maximumEvaluations {
      if shouldStop() { throw CancellationError() }
      trial.set(parameters, plus: step, direction)
      let next = try objective.evaluate(trial.base, gradient: trialGradient.base)
      evaluations += 1
      let nextSlope = direction.dot(trialGradient)
      if !(next <= value + slack) || !(nextSlope <= -0.8 * slope) {
        (high, highSlope) = (step, next.isFinite && nextSlope.isFinite ? nextSlope : nil)
      } else if nextSlope < 0.9 * slope {
        (low, lowSlope) = (step, nextSlope)
      } else {
        return next
      }
      guard let high else {
        step *= 3
        continue
      }
      let width = high - low
      // Where a straight line through both slopes is zero, but never close to an end.
      let guess = highSlope.map { $0 > lowSlope ? low - lowSlope * width / ($0 - lowSlope) : low } ?? low
      step = min(max(guess, low + 0.1 * width), high - 0.1 * width)
      if step <= low || step >= high { return nil }
    }
    return nil
  }
}
