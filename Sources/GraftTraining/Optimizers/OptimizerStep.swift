internal import Foundation

/// What one step does to one weight: decided once per step, read by every thread.
struct OptimizerStep: Sendable {
  /// The learning rate.
  var rate: Float = 0
  /// The weight decay, without the learning rate; 0 for none.
  var decay: Float = 0
  /// What gradients are multiplied by.
  var gradientScale: Float = 1
  /// What gradients are cut off at; infinite for nowhere.
  var clipValue = Float.infinity
  /// The share of the old average of weights.
  var averageMomentum: Float = 0
  /// Whether the average takes the weights' place after the step.
  var takesAverage = false
  var correction = AdamCorrection()
}

/// Adam's correction for moments that began at 0, in float32 as Keras computes it.
struct AdamCorrection: Sendable {
  private var numerator: Float = 1
  private var denominator: Float = 1

  init() {}

  init(beta1: Double, beta2: Double, step: Int) {
    numerator = (1 - powf(Float(beta2), Float(step))).squareRoot()
    denominator = 1 - powf(Float(beta1), Float(step))
  }

  func callAsFunction(_ rate: Float) -> Float { rate * numerator / denominator }
}

extension UnsafeBufferPointer<Float> {
  /// The sum of squares over a range, in double precision: eight sums side by side, then one, always in the same order.
  func sumOfSquares(_ range: Range<Int>) -> Double {
    guard let base = baseAddress else { return 0 }
    var sums = SIMD8<Double>.zero
    var index = range.lowerBound
    while index + 8 <= range.upperBound {
      let part = UnsafeRawPointer(base + index).loadUnaligned(as: SIMD8<Float>.self)
      let wide = SIMD8<Double>(part)
      sums += wide * wide
      index += 8
    }
    var total = sums.sum()
    while index < range.upperBound {
      total += Double(base[index]) * Double(base[index])
      index += 1
    }
    return total
  }
}
