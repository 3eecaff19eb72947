extension Shape {
  /// The largest arrays that are taken for such: a terabyte of floats. Products of a few of their lengths fit 64 bits.
  private static let mostElements = 1 << 38

  /// The number of bytes for elements of a size; nil for a negative length or a product that cannot be counted.
  package func byteCount(elementSize: Int) -> Int? {
    var count = elementSize
    for length in dimensions {
      guard length >= 0 else { return nil }
      let product = count.multipliedReportingOverflow(by: length)
      guard !product.overflow else { return nil }
      count = product.partialValue
    }
    return count
  }

  /// Throws `.shapeMismatch` unless an array of this shape can be: no negative length, at most 2³⁸ elements.
  ///
  /// Every shape of a network is checked when it is made, so that no number of elements overflows later.
  package func check(_ name: String) throws {
    if let fault = fault(name) { throw fault }
  }

  /// What ``check(_:)`` throws; nil if an array of this shape can be.
  package func fault(_ name: String) -> GraftError? {
    if let count = byteCount(elementSize: 1), count <= Self.mostElements { return nil }
    return GraftError(
      .shapeMismatch,
      "\(name): an array of the shape \(self) cannot be: a length is negative, or it is larger than a terabyte.")
  }
}
