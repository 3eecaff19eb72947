internal import CFloats

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
      graft_scale(g, step.gradientScale, scratch, count)
      g = UnsafePointer(scratch)
    } else if step.clipValue < .infinity {
      graft_clip(g, step.clipValue, scratch, count)
      g = UnsafePointer(scratch)
    }
    if step.decay != 0 { graft_decay(w, step.decay, step.rate, count) }
    switch optimizer.rule {
    case .sgd(let momentum, _) where momentum == 0:
      graft_descend(w, g, step.rate, count)
    case .sgd(let momentum, let nesterov):
      (nesterov ? graft_nesterov : graft_momentum)(w, slots[0] + start, g, Float(momentum), step.rate, count)
    case .adam(let beta1, let beta2, let epsilon, let usesMaximum):
      let (m, v) = (slots[0] + start, slots[1] + start)
      // Keras subtracts the betas from 1 in double precision.
      let (rest1, rest2) = (Float(1 - beta1), Float(1 - beta2))
      let alpha = step.correction(step.rate)
      if usesMaximum {
        graft_amsgrad(w, m, v, slots[2] + start, g, rest1, rest2, alpha, Float(epsilon), count)
      } else {
        graft_adam(w, m, v, g, rest1, rest2, alpha, Float(epsilon), count)
      }
    case .rmsprop(let rho, let momentum, let epsilon, let isCentered):
      let (v, rest) = (slots[0] + start, Float(1 - rho))
      // Not where clipped gradients lie: no two arrays of a loop overlap.
      let increment = scratch + Self.portion
      if isCentered {
        let a = slots[momentum == 0 ? 1 : 2] + start
        graft_centered_rmsprop(v, a, g, Float(rho), rest, step.rate, Float(epsilon), increment, count)
      } else {
        graft_rmsprop(v, g, Float(rho), rest, step.rate, Float(epsilon), increment, count)
      }
      if momentum == 0 {
        graft_subtract(w, increment, count)
      } else {
        graft_accumulate(w, slots[1] + start, increment, Float(momentum), count)
      }
    }
    guard optimizer.averaging != nil, let average = slots.last else { return }
    graft_average(average + start, w, step.averageMomentum, count)
    if step.takesAverage { w.update(from: average + start, count: count) }
  }
}
