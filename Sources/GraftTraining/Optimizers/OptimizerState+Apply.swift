extension OptimizerState {
  /// Numbers that are worked on at a time: all that a step touches of them stays in the first-level cache.
  private static let portion = 1024

  /// Makes the prepared step on a part of the block. Ranges of calls at one time must not overlap.
  ///
  /// - Returns: Whether all values of the part are finite after it.
  @discardableResult
  package func apply(
    _ values: UnsafeMutableBufferPointer<Float>, by gradients: UnsafeBufferPointer<Float>, in range: Range<Int>
  ) -> Bool {
    guard let w = values.baseAddress, let g = gradients.baseAddress else { return true }
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * Self.portion) { scratch in
      guard let scratch = scratch.baseAddress else { return true }
      var areFinite = true
      for (segment, step) in zip(segments, steps) {
        let part = segment.range.clamped(to: range)
        for start in stride(from: part.lowerBound, to: part.upperBound, by: Self.portion) {
          let count = min(Self.portion, part.upperBound - start)
          update(w, g, start, count, step, scratch)
          // While they are in the cache.
          if !UnsafeBufferPointer(start: w + start, count: count).areFinite { areFinite = false }
        }
      }
      return areFinite
    }
  }

  /// Makes a whole step on one thread.
  package func update(_ values: UnsafeMutableBufferPointer<Float>, by gradients: UnsafeBufferPointer<Float>) {
    prepare(gradients)
    apply(values, by: gradients, in: 0..<values.count)
  }

  private func update(
    _ values: UnsafeMutablePointer<Float>, _ gradients: UnsafePointer<Float>, _ start: Int, _ count: Int,
    _ step: OptimizerStep, _ scratch: UnsafeMutablePointer<Float>
  ) {
    let w = values + start
    var g = gradients + start
    if step.gradientScale != 1 {
      UpdateLoops.scale(g, by: step.gradientScale, into: scratch, count)
      g = UnsafePointer(scratch)
    } else if step.clipValue < .infinity {
      UpdateLoops.clip(g, to: step.clipValue, into: scratch, count)
      g = UnsafePointer(scratch)
    }
    if step.decay != 0 { UpdateLoops.decay(w, step.decay, step.rate, count) }
    switch optimizer.rule {
    case .sgd(let momentum, _) where momentum == 0:
      UpdateLoops.descend(w, g, step.rate, count)
    case .sgd(let momentum, let nesterov):
      let m = slots[0] + start
      UpdateLoops.momentum(m, g, Float(momentum), step.rate, count)
      if nesterov {
        UpdateLoops.nesterov(w, m, g, Float(momentum), step.rate, count)
      } else {
        UpdateLoops.add(m, to: w, count)
      }
    case .adam(let beta1, let beta2, let epsilon, let usesMaximum):
      let (m, v) = (slots[0] + start, slots[1] + start)
      // Keras subtracts the betas from 1 in double precision.
      UpdateLoops.moments(m, v, g, Float(1 - beta1), Float(1 - beta2), count)
      var largest = v
      if usesMaximum {
        largest = slots[2] + start
        UpdateLoops.maximum(largest, v, count)
      }
      UpdateLoops.adam(w, m, largest, step.correction(step.rate), Float(epsilon), count)
    case .rmsprop(let rho, let momentum, let epsilon, let isCentered):
      let v = slots[0] + start
      UpdateLoops.meanSquare(v, g, Float(rho), Float(1 - rho), count)
      // Not where clipped gradients lie: loops over one array twice do not become vectors.
      let increment = scratch + Self.portion
      if isCentered {
        let a = slots[momentum == 0 ? 1 : 2] + start
        UpdateLoops.mean(a, g, Float(rho), Float(1 - rho), count)
        UpdateLoops.centeredIncrement(g, v, a, step.rate, Float(epsilon), into: increment, count)
      } else {
        UpdateLoops.increment(g, v, step.rate, Float(epsilon), into: increment, count)
      }
      if momentum == 0 {
        UpdateLoops.subtract(increment, from: w, count)
      } else {
        let m = slots[1] + start
        UpdateLoops.accumulate(m, increment, Float(momentum), count)
        UpdateLoops.subtract(m, from: w, count)
      }
    }
    guard optimizer.averaging != nil, let average = slots.last else { return }
    UpdateLoops.average(average + start, w, step.averageMomentum, count)
    if step.takesAverage { w.update(from: average + start, count: count) }
  }
}
