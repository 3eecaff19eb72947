internal import Foundation

/// Softmax of a row of logits, in double precision.
enum Softmax {
  /// Writes exponentials and gives back their sum, and the logit that was subtracted from all.
  static func writeExponentials(
    of row: UnsafePointer<Float>, _ count: Int, to result: UnsafeMutablePointer<Double>
  ) -> (sum: Double, largest: Double) {
    var largest = -Double.infinity
    for index in 0..<count { largest = max(largest, Double(row[index])) }
    var sum = 0.0
    for index in 0..<count {
      result[index] = exp(Double(row[index]) - largest)
      sum += result[index]
    }
    return (sum, largest)
  }

  static func write(_ row: UnsafePointer<Float>, _ count: Int, to result: UnsafeMutablePointer<Double>) {
    let sum = writeExponentials(of: row, count, to: result).sum
    for index in 0..<count { result[index] /= sum }
  }
}
