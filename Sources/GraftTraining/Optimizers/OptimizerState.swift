internal import GraftCore

/// What an optimizer remembers between steps, and its steps on a block of weights.
///
/// One training run owns it. A step is `prepare`, once, then `apply` on ranges that do not overlap and together are the whole
/// block: from one thread or several at once, with equal results to the bit. Nothing is allocated in a step.
package final class OptimizerState: @unchecked Sendable {
  // Unchecked: `prepare`, `restore` and `finalize` are called by the run's own thread alone, `apply` on disjoint ranges.

  package let optimizer: Optimizer
  package let segments: [OptimizerSegment]
  /// Steps made so far, the one that is prepared included.
  package private(set) var iterations = 0
  /// What callbacks multiply the learning rate by, from the next step on.
  package var learningRateScale: Float = 1

  /// The length of the block.
  let count: Int
  /// The names of the slots, each as long as the block.
  let slotNames: [String]
  private(set) var slots: [UnsafeMutablePointer<Float>] = []
  /// What the prepared step does to each segment.
  private(set) var steps: [OptimizerStep]

  /// - Parameters:
  ///   - count: The length of the block of weights.
  ///   - segments: The weights in it, by offset.
  package init(_ optimizer: Optimizer, count: Int, segments: [OptimizerSegment]) {
    self.optimizer = optimizer
    self.count = count
    self.segments = segments
    slotNames = optimizer.rule.slotNames + (optimizer.averaging == nil ? [] : ["average"])
    steps = [OptimizerStep](repeating: OptimizerStep(), count: segments.count)
    for _ in slotNames {
      let slot = UnsafeMutablePointer<Float>.allocate(capacity: max(count, 1))
      slot.initialize(repeating: 0, count: max(count, 1))
      slots.append(slot)
    }
  }

  deinit { for slot in slots { slot.deallocate() } }

  /// The learning rate of the next step, before the multipliers of single weights.
  package var learningRate: Float { optimizer.learningRate.value(at: iterations) * learningRateScale }

  /// Begins a step: decides rates and the scales that gradients are clipped by. Sums run in the order of the block.
  package func prepare(_ gradients: UnsafeBufferPointer<Float>) {
    var step = OptimizerStep()
    let rate = learningRate
    if case .adam(let beta1, let beta2, _, _) = optimizer.rule {
      step.correction = AdamCorrection(beta1: beta1, beta2: beta2, step: iterations + 1)
    }
    if let averaging = optimizer.averaging {
      step.averageMomentum = iterations == 0 ? 0 : Float(averaging.momentum)
      step.takesAverage = averaging.overwriteFrequency.map { (iterations + 1) % $0 == 0 } ?? false
    }
    var limit: Double?
    switch optimizer.clippings.first {
    case .value(let value): step.clipValue = Float(value)
    case .norm(let norm): limit = norm
    case .globalNorm(let norm):
      let total = segments.reduce(0.0) { $0 + gradients.sumOfSquares($1.range) }.squareRoot()
      // Keras's way: a norm that is not finite leaves no gradient finite.
      step.gradientScale = total.isFinite ? Float(norm * min(1 / total, 1 / norm)) : .nan
    case nil: break
    }
    for (index, segment) in segments.enumerated() {
      step.rate = rate * segment.learningRateMultiplier
      step.decay = segment.decays ? Float(optimizer.weightDecay ?? 0) : 0
      if let limit {
        let norm = gradients.sumOfSquares(segment.range).squareRoot()
        step.gradientScale = Float(limit / max(norm, limit))
      }
      steps[index] = step
    }
    iterations += 1
  }

  /// Makes the averages the weights, if the optimizer keeps any and has made a step: Keras's `finalize_variable_values`.
  ///
  /// - Returns: Whether the weights are averages now.
  @discardableResult
  package func finalize(_ values: UnsafeMutableBufferPointer<Float>) -> Bool {
    guard optimizer.averaging != nil, iterations > 0, let average = slots.last, let w = values.baseAddress else {
      return false
    }
    for segment in segments {
      (w + segment.range.lowerBound).update(from: average + segment.range.lowerBound, count: segment.range.count)
    }
    return true
  }

  // MARK: Keeping

  /// Everything that a later run needs to go on from here.
  package func snapshot() -> OptimizerSnapshot {
    var tensors: [String: Tensor] = [:]
    for (name, slot) in zip(slotNames, slots) {
      for segment in segments {
        tensors["\(name)/\(segment.name)"] = Tensor(shape: segment.shape) { destination in
          let source = UnsafeBufferPointer(start: slot + segment.range.lowerBound, count: segment.range.count)
          _ = destination.initialize(from: source)
        }
      }
    }
    return OptimizerSnapshot(
      optimizer: optimizer, iterations: iterations, learningRateScale: learningRateScale,
      weights: segments.map(\.name), tensors: tensors)
  }

  /// Whether a snapshot is an earlier state of this: the same rule for the same weights.
  package func continues(_ snapshot: OptimizerSnapshot) -> Bool {
    optimizer == snapshot.optimizer && segments.map(\.name) == snapshot.weights
      && shapes == snapshot.tensors.mapValues(\.shape)
  }

  /// Goes on from a snapshot.
  ///
  /// - Throws: `GraftError.invalidArgument` if it belongs to another optimizer or other weights.
  package func restore(_ snapshot: OptimizerSnapshot) throws {
    guard resume(snapshot) else {
      throw GraftError(
        .invalidArgument,
        """
        The optimizer's state belongs to another optimizer, or to other weights. Expected: \(optimizer) for \
        \(segments.map(\.name).joined(separator: ", ")). Received: \(snapshot.optimizer) for \
        \(snapshot.weights.joined(separator: ", ")).
        """)
    }
  }

  /// Goes on from a snapshot if it is an earlier state of this; gives back whether it is.
  @discardableResult
  package func resume(_ snapshot: OptimizerSnapshot) -> Bool {
    guard continues(snapshot) else { return false }
    iterations = snapshot.iterations
    learningRateScale = snapshot.learningRateScale
    for (name, slot) in zip(slotNames, slots) {
      for segment in segments {
        snapshot.tensors["\(name)/\(segment.name)"]?
          .withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            (slot + segment.range.lowerBound).update(from: source, count: segment.range.count)
          }
      }
    }
    return true
  }

  private var shapes: [String: Shape] {
    var result: [String: Shape] = [:]
    for name in slotNames { for segment in segments { result["\(name)/\(segment.name)"] = segment.shape } }
    return result
  }
}
