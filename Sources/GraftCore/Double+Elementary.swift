internal import Foundation

extension Double {
  // One place that knows where the platform keeps its mathematics.
  static func log(_ x: Double) -> Double { Foundation.log(x) }
  static func cos(_ x: Double) -> Double { Foundation.cos(x) }
}
