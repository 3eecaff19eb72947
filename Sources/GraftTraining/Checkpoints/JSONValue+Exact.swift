internal import GraftCore

extension JSONValue {
  /// A number that comes back as it is: JSON has no infinity and no NaN.
  static func exact(_ value: Double) -> JSONValue { value.isFinite ? .number(value) : .string("\(value)") }

  /// What `exact` gave.
  var exactDouble: Double? {
    if let double { return double }
    return switch string {
    case "inf": .infinity
    case "-inf": -.infinity
    case "nan", "-nan": .nan
    default: nil
    }
  }
}
