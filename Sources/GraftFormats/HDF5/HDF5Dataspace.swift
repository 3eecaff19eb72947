internal import GraftCore

/// Reads shapes (dataspace messages, IV.A.2.b).
enum HDF5Dataspace {
  /// A shape: `()` for a scalar, `(0,)` for an empty one.
  static func shape(_ message: HDF5Slice) throws -> Shape {
    var message = message
    let version = try message.number(1)
    let rank = try message.number(1)
    guard (1...2).contains(version), rank <= 32 else { throw GraftError(.corrupt, "It has a shape of no known kind.") }
    _ = try message.take(version == 1 ? 6 : 1)
    if version == 2, try message.number(1) == 2 { return [0] }
    let lengths = try (0..<rank).map { _ in try message.number(8) }
    // A count that overflows could not be allocated; a product that wraps would pass every later check.
    var count = 1
    for length in lengths {
      let product = count.multipliedReportingOverflow(by: length)
      guard !product.overflow, product.partialValue < 1 << 48 else {
        throw GraftError(.corrupt, "It claims the impossible shape \(lengths).")
      }
      count = product.partialValue
    }
    return Shape(lengths)
  }
}
