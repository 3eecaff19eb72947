internal import Foundation

/// −Σ t log p, for rows of targets and for class numbers.
///
/// Of logits, p is their softmax. Of probabilities, Keras makes a row sum to 1 in two ways: categorical cross-entropy
/// divides, then clips; the sparse one clips, then divides. No gradient passes a clipped number.
struct CrossentropyRule: LossRule {
  let length: Int
  let fromLogits: Bool
  let isSparse: Bool
  let smoothing: Double

  var targetLength: Int { isSparse ? 1 : length }

  private func wanted(_ target: UnsafePointer<Float>, _ index: Int) -> Double {
    isSparse
      ? (Float(index) == target[0] ? 1 : 0) : Double(target[index]) * (1 - smoothing) + smoothing / Double(length)
  }

  func value(
    _ row: UnsafePointer<Float>, _ target: UnsafePointer<Float>, _ scratch: UnsafeMutablePointer<Double>
  ) -> Double {
    if isSparse, !(target[0] >= 0 && target[0] < Float(length)) { return .nan }
    if fromLogits {
      let (sum, largest) = Softmax.writeExponentials(of: row, length, to: scratch)
      let shift = largest + log(sum)
      for index in 0..<length { scratch[index] = Double(row[index]) - shift }
    } else {
      let sum = self.sum(row)
      for index in 0..<length {
        let p = Double(row[index])
        scratch[index] = log(isSparse ? ProbabilityLimits.clipped(p) / sum : ProbabilityLimits.clipped(p / sum))
      }
    }
    var loss = 0.0
    for index in 0..<length {
      let wanted = wanted(target, index)
      // Not 0 · ∞, where a logit is infinite.
      if wanted != 0 { loss -= wanted * scratch[index] }
    }
    return loss
  }

  func writeGradient(
    _ row: UnsafePointer<Float>, _ target: UnsafePointer<Float>, weight: Double,
    _ scratch: UnsafeMutablePointer<Double>,
    to result: UnsafeMutablePointer<Float>
  ) {
    if fromLogits {
      Softmax.write(row, length, to: scratch)
      var total = 0.0
      for index in 0..<length { total += wanted(target, index) }
      for index in 0..<length { result[index] = Float((scratch[index] * total - wanted(target, index)) * weight) }
      return
    }
    let sum = self.sum(row)
    if isSparse {
      // c = clip(p); L = log Σc − log c[t].
      for index in 0..<length {
        let p = Double(row[index])
        result[index] =
          ProbabilityLimits.passes(p) ? Float((1 / sum - wanted(target, index) / p) * weight) : 0
      }
      return
    }
    // q = p / Σp, clipped; L = −Σ t log q.
    var common = 0.0
    for index in 0..<length {
      let q = Double(row[index]) / sum
      scratch[index] = ProbabilityLimits.passes(q) ? -wanted(target, index) / q : 0
      common += scratch[index] * q
    }
    for index in 0..<length { result[index] = Float((scratch[index] - common) / sum * weight) }
  }

  private func sum(_ row: UnsafePointer<Float>) -> Double {
    var sum = 0.0
    for index in 0..<length {
      sum += isSparse ? ProbabilityLimits.clipped(Double(row[index])) : Double(row[index])
    }
    return sum
  }
}
