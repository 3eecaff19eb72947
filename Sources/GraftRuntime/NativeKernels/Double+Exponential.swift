internal import Foundation

extension Double {
  static func exponential(_ x: Double) -> Double { exp(x) }
}
