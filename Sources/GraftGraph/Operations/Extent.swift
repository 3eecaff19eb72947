/// A height and a width, in pixels or steps.
public struct Extent: Sendable, Hashable, CustomStringConvertible {
  /// The vertical length.
  public var height: Int
  /// The horizontal length.
  public var width: Int

  /// Makes an extent.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// Makes a square extent.
  public init(_ side: Int) { self.init(height: side, width: side) }

  /// `3×3`.
  public var description: String { "\(height)×\(width)" }

  /// How far a kernel with this many taps reaches.
  func dilated(_ dilations: Extent) -> Extent {
    Extent(height: (height - 1) * dilations.height + 1, width: (width - 1) * dilations.width + 1)
  }

  /// How many positions a window has in an extent.
  func strided(window: Extent, by strides: Extent) -> Extent {
    Extent(
      height: height < window.height ? 0 : (height - window.height) / strides.height + 1,
      width: width < window.width ? 0 : (width - window.width) / strides.width + 1)
  }
}

extension Extent: ExpressibleByIntegerLiteral {
  /// A square extent from a literal: `kernelSize: 3`.
  public init(integerLiteral value: Int) { self.init(value) }
}
