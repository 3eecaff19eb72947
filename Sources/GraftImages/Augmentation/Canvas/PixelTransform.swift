internal import Foundation

/// An affine map from a result's pixel coordinates to its source's: what Keras passes to `affine_transform`.
///
/// `x' = a0·x + a1·y + a2`, `y' = b0·x + b1·y + b2`; (0, 0) is the centre of the first pixel.
package struct PixelTransform: Sendable, Hashable {
  var a0 = 1.0
  var a1 = 0.0
  var a2 = 0.0
  var b0 = 0.0
  var b1 = 1.0
  var b2 = 0.0

  /// Makes a map from its six numbers in Keras's order; the default leaves all in its place.
  package init(
    _ a0: Double = 1, _ a1: Double = 0, _ a2: Double = 0, _ b0: Double = 0, _ b1: Double = 1, _ b2: Double = 0
  ) {
    (self.a0, self.a1, self.a2, self.b0, self.b1, self.b2) = (a0, a1, a2, b0, b1, b2)
  }

  /// Whether every pixel stays in its place.
  package var isIdentity: Bool { self == PixelTransform() }

  /// This map's operation first, then the next one's.
  package func then(_ next: PixelTransform) -> PixelTransform {
    // Coordinates go backwards: the last result asks the next map, and that asks this one.
    PixelTransform(
      a0 * next.a0 + a1 * next.b0, a0 * next.a1 + a1 * next.b1, a0 * next.a2 + a1 * next.b2 + a2,
      b0 * next.a0 + b1 * next.b0, b0 * next.a1 + b1 * next.b1, b0 * next.a2 + b1 * next.b2 + b2)
  }

  /// A linear map about the centre of a picture.
  private init(width: Int, height: Int, _ a0: Double, _ a1: Double, _ b0: Double, _ b1: Double) {
    let (x, y) = (Double(width - 1) / 2, Double(height - 1) / 2)
    self.init(a0, a1, x - a0 * x - a1 * y, b0, b1, y - b0 * x - b1 * y)
  }

  /// Turns counter-clockwise by a fraction of a full circle.
  package static func rotation(_ fraction: Double, width: Int, height: Int) -> PixelTransform {
    let angle = 2 * Double.pi * fraction
    return .init(width: width, height: height, cos(angle), -sin(angle), sin(angle), cos(angle))
  }

  /// Shows `x` times the width and `y` times the height.
  package static func zoom(x: Double, y: Double, width: Int, height: Int) -> PixelTransform {
    .init(width: width, height: height, x, 0, 0, y)
  }

  /// Shears about the centre.
  package static func shear(x: Double, y: Double, width: Int, height: Int) -> PixelTransform {
    .init(width: width, height: height, 1, x, y, 1)
  }

  /// Moves right and down by numbers of pixels.
  package static func translation(x: Double, y: Double) -> PixelTransform { .init(1, 0, -x, 0, 1, -y) }

  /// Flips.
  package static func flip(_ mode: FlipMode, width: Int, height: Int) -> PixelTransform {
    let (x, y): (Double, Double) =
      switch mode {
      case .horizontal: (-1, 1)
      case .vertical: (1, -1)
      case .horizontalAndVertical: (-1, -1)
      }
    return .init(width: width, height: height, x, 0, 0, y)
  }
}

extension PixelTransform {
  /// Whether the map is a flip or nothing at all, so that it needs no pixel from beyond the edges.
  var staysInside: Bool {
    abs(a0) == 1 && a1 == 0 && b0 == 0 && abs(b1) == 1 && (a0 < 0 || a2 == 0) && (b1 < 0 || b2 == 0)
  }
}
