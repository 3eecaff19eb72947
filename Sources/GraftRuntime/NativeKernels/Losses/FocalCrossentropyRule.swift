internal import Foundation

/// −Σ α (1 − q)^γ t log q, where q is the row divided by its sum and clipped; of logits, the row is their softmax.
///
/// Keras clips behind a softmax, too, so that losses stop at 16.1 · α.
struct FocalCrossentropyRule: LossRule {
  let length: Int
  let fromLogits: Bool
  let smoothing: Double
  let alpha: Double
  let gamma: Double

  var targetLength: Int { length }

  private func wanted(_ target: UnsafePointer<Float>, _ index: Int) -> Double {
    Double(target[index]) * (1 - smoothing) + smoothing / Double(length)
  }

  /// Writes the row divided by its sum; gives back the sum.
  private func writeShares(_ row: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Double>) -> Double {
    if fromLogits {
      Softmax.write(row, length, to: result)
      return 1
    }
    var sum = 0.0
    for index in 0..<length { sum += Double(row[index]) }
    for index in 0..<length { result[index] = Double(row[index]) / sum }
    return sum
  }

  func value(
    _ row: UnsafePointer<Float>, _ target: UnsafePointer<Float>, _ scratch: UnsafeMutablePointer<Double>
  ) -> Double {
    _ = writeShares(row, scratch)
    var loss = 0.0
    for index in 0..<length {
      let q = ProbabilityLimits.clipped(scratch[index])
      loss -= alpha * pow(1 - q, gamma) * wanted(target, index) * log(q)
    }
    return loss
  }

  func writeGradient(
    _ row: UnsafePointer<Float>, _ target: UnsafePointer<Float>, weight: Double,
    _ scratch: UnsafeMutablePointer<Double>,
    to result: UnsafeMutablePointer<Float>
  ) {
    let sum = writeShares(row, scratch)
    var common = 0.0
    for index in 0..<length { common += byShare(scratch[index], wanted(target, index)) * scratch[index] }
    for index in 0..<length {
      let q = scratch[index]
      // Through softmax, or through the division by the sum.
      let factor = fromLogits ? q : 1 / sum
      result[index] = Float((byShare(q, wanted(target, index)) - common) * factor * weight)
    }
  }

  /// ∂L/∂q of one class.
  private func byShare(_ q: Double, _ wanted: Double) -> Double {
    guard ProbabilityLimits.passes(q) else { return 0 }
    let slope = gamma == 0 ? 0 : gamma * pow(1 - q, gamma - 1) * log(q)
    return -alpha * wanted * (pow(1 - q, gamma) / q - slope)
  }
}
