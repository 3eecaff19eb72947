internal import Foundation

extension Double {
  /// `93.2 %`, or a dash for what is no number.
  var percent: String { isFinite ? String(format: "%.1f %%", self * 100) : "–" }
  /// The number with three significant digits at most: 0.0316, 10.
  var shortest: String { isFinite ? String(format: "%.3g", self) : "–" }
  /// The number with so many decimals.
  func decimals(_ count: Int) -> String { isFinite ? String(format: "%.\(count)f", self) : "–" }
}

extension Int {
  /// The number with separators between thousands: 2,257,984.
  var grouped: String {
    var digits = Array(String(magnitude))
    for index in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: index) }
    return (self < 0 ? "-" : "") + String(digits)
  }
}
