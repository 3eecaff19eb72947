internal import GraftCore

extension Shape {
  /// The number of bytes for elements of a size; nil for a negative length or a product that cannot be counted.
  func byteCount(elementSize: Int) -> Int? {
    var count = elementSize
    for length in dimensions {
      guard length >= 0 else { return nil }
      let product = count.multipliedReportingOverflow(by: length)
      guard !product.overflow else { return nil }
      count = product.partialValue
    }
    return count
  }
}
