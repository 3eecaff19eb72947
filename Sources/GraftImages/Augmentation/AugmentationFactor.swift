/// A parameter that is drawn per picture: an amount, whose meaning the operation knows, or the range itself.
enum AugmentationFactor: Sendable, Hashable {
  case amount(Double)
  case range(ClosedRange<Double>)

  /// The range, if an amount means that much to either side of `center`.
  func range(around center: Double, scale: Double = 1) -> ClosedRange<Double> {
    switch self {
    case .amount(let amount): (center - scale * amount)...(center + scale * amount)
    case .range(let range): range
    }
  }

  /// The range, if an amount means everything from 0 to it.
  var fromZero: ClosedRange<Double> {
    switch self {
    case .amount(let amount): 0...max(0, amount)
    case .range(let range): range
    }
  }
}
