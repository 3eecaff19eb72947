internal import GraftCore
internal import GraftGraph

/// How a picture of another size is made, under Keras's names. Definition: keras.ops.image.resize.
public enum Interpolation: String, Sendable, Hashable, CaseIterable {
  /// The nearest pixel.
  case nearest
  /// Straight lines between neighbours.
  case bilinear
  /// Cubic curves through four neighbours.
  case bicubic
  /// Windowed sines through six neighbours.
  case lanczos3
  /// Windowed sines through ten neighbours.
  case lanczos5

  /// The same in the engine.
  var method: ResampleOperation.Method {
    switch self {
    case .nearest: .nearest
    case .bilinear: .bilinear
    case .bicubic: .bicubic
    case .lanczos3: .lanczos3
    case .lanczos5: .lanczos5
    }
  }
}

extension ConfigurationReader {
  func interpolation(default fallback: Interpolation) throws -> Interpolation {
    guard let value = self["interpolation"] else { return fallback }
    guard let name = value.string, let interpolation = Interpolation(rawValue: name.lowercased()) else {
      throw error(
        "interpolation", expected: "one of \(Interpolation.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return interpolation
  }
}
