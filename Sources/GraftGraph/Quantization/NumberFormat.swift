/// How the numbers of a value lie in memory. A whole number q stands for scale · q: there is no offset, so that 0 is exact, as
/// the zeros around a picture must be.
package enum NumberFormat: Sendable, Hashable {
  /// The number itself.
  case float32
  /// q from 0 to 255, for values that are never negative.
  case uint8(scale: Float)
  /// q from −128 to 127.
  case int8(scale: Float)

  /// Whether values are whole numbers.
  package var isQuantized: Bool { self != .float32 }

  /// What a whole number is multiplied by; 1 for floats.
  package var scale: Float {
    switch self {
    case .float32: 1
    case .uint8(let scale), .int8(let scale): scale
    }
  }

  /// The largest value that can be written down.
  package var limit: Float {
    switch self {
    case .float32: .infinity
    case .uint8(let scale): 255 * scale
    case .int8(let scale): 127 * scale
    }
  }
}

extension NumberFormat: CustomStringConvertible {
  /// `f32`, `u8 ·0.02`, `s8 ·0.1`.
  package var description: String {
    switch self {
    case .float32: "f32"
    case .uint8(let scale): "u8 ·\(scale)"
    case .int8(let scale): "s8 ·\(scale)"
    }
  }
}
