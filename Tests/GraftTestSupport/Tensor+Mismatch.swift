public import GraftCore

extension Tensor {
  /// Where this tensor differs from the expected one: nil if shapes are equal and every element is near.
  ///
  /// An element is near if |received − expected| ≤ atol + rtol · |expected|; a NaN is never near. The sentence names the
  /// worst element, so that a failed `#expect(x.mismatch(y, atol: 1e-6) == nil)` says what went wrong.
  public func mismatch(_ expected: Tensor, atol: Float = 0, rtol: Float = 0) -> String? {
    guard shape == expected.shape else { return "expected shape \(expected.shape), received \(shape)" }
    var worst: (index: Int, excess: Float, received: Float, expected: Float)?
    var count = 0
    for (index, (a, b)) in zip(elements, expected.elements).enumerated() {
      let excess = abs(a - b) - (atol + rtol * abs(b))
      if excess <= 0 { continue }
      count += 1
      let rank = excess.isNaN ? .infinity : excess
      if rank > worst?.excess ?? 0 { worst = (index, rank, a, b) }
    }
    return worst.map {
      """
      \(count) of \(self.count) elements differ, most at \(position(of: $0.index)): expected \($0.expected), received \
      \($0.received), off by \(abs($0.received - $0.expected)), allowed \(atol + rtol * abs($0.expected))
      """
    }
  }

  private func position(of index: Int) -> [Int] {
    var rest = index
    var result: [Int] = []
    for length in shape.dimensions.reversed() {
      result.append(rest % length)
      rest /= length
    }
    return result.reversed()
  }
}
