internal import Foundation

extension Double {
  // One place that knows where the platform keeps its mathematics.
  package static func log(_ x: Double) -> Double { Foundation.log(x) }
  package static func cos(_ x: Double) -> Double { Foundation.cos(x) }
  package static func log10(_ x: Double) -> Double { Foundation.log10(x) }
}
