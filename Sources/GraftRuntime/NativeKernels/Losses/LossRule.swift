/// The loss of one sample, and its gradient by the row that the loss reads. Computed in double precision.
protocol LossRule: Sendable {
  /// The length of a row of predictions, or of the logits behind them.
  var length: Int { get }
  /// The length of a sample's target.
  var targetLength: Int { get }

  /// - Parameter scratch: Room for `length` numbers.
  func value(
    _ row: UnsafePointer<Float>, _ target: UnsafePointer<Float>, _ scratch: UnsafeMutablePointer<Double>
  ) -> Double

  /// Writes weight · ∂loss/∂row.
  func writeGradient(
    _ row: UnsafePointer<Float>, _ target: UnsafePointer<Float>, weight: Double,
    _ scratch: UnsafeMutablePointer<Double>,
    to result: UnsafeMutablePointer<Float>
  )
}
