internal import Foundation

/// The cross-entropy of one sample.
enum SoftmaxRow {
  /// Turns logits into probabilities where they stand, and gives −log of the wanted class's.
  static func crossentropy(_ logits: UnsafeMutablePointer<Double>, _ classes: Int, label: Int) -> Double {
    var largest = logits[0]
    var k = 1
    while k < classes {
      if logits[k] > largest { largest = logits[k] }
      k &+= 1
    }
    let wanted = logits[label] - largest
    var sum = 0.0
    k = 0
    while k < classes {
      let value = exp(logits[k] - largest)
      logits[k] = value
      sum += value
      k &+= 1
    }
    let inverse = 1 / sum
    k = 0
    while k < classes {
      logits[k] *= inverse
      k &+= 1
    }
    return log(sum) - wanted
  }
}
