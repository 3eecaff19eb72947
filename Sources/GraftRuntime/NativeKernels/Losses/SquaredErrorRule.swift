/// The mean over outputs of (p − t)².
struct SquaredErrorRule: LossRule {
  let length: Int

  var targetLength: Int { length }

  func value(
    _ row: UnsafePointer<Float>, _ target: UnsafePointer<Float>, _ scratch: UnsafeMutablePointer<Double>
  ) -> Double {
    var sum = 0.0
    for index in 0..<length {
      let difference = Double(row[index]) - Double(target[index])
      sum += difference * difference
    }
    return sum / Double(length)
  }

  func writeGradient(
    _ row: UnsafePointer<Float>, _ target: UnsafePointer<Float>, weight: Double,
    _ scratch: UnsafeMutablePointer<Double>,
    to result: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<length {
      result[index] = Float(2 * (Double(row[index]) - Double(target[index])) / Double(length) * weight)
    }
  }
}
