package import GraftCore

/// A function that something else than Graft computes: its numbers come and go, and nothing is known of what it does.
package protocol ForeignFunction: AnyObject, Sendable {
  /// What decides its results: two functions of one fingerprint are the same function.
  var fingerprint: String { get }

  /// The shape of the result for one sample of a shape.
  ///
  /// - Throws: `GraftError` if it cannot take such a sample.
  func resultShape(for shape: Shape) throws -> Shape

  /// Computes a batch; may be called from several threads at once.
  ///
  /// - Parameters:
  ///   - input: The batch in row-major order.
  ///   - shape: Its shape, the number of samples first.
  ///   - result: Where the results go, in row-major order.
  func run(
    _ input: UnsafeBufferPointer<Float>, shape: Shape, into result: UnsafeMutableBufferPointer<Float>) throws
}
