/// Rows and columns of zeros around a picture.
public struct Padding: Sendable, Hashable, CustomStringConvertible {
  /// Rows above.
  public var top: Int
  /// Rows below.
  public var bottom: Int
  /// Columns to the left.
  public var left: Int
  /// Columns to the right.
  public var right: Int

  /// Makes a padding; none by default.
  public init(top: Int = 0, bottom: Int = 0, left: Int = 0, right: Int = 0) {
    self.top = top
    self.bottom = bottom
    self.left = left
    self.right = right
  }

  /// The padding that TensorFlow calls "same": the result has ⌈input / stride⌉ pixels, and an odd zero goes to the end.
  public init(sameFor input: Extent, window: Extent, strides: Extent, dilations: Extent = Extent(1)) {
    func total(_ length: Int, _ window: Int, _ stride: Int) -> Int {
      max(((length + stride - 1) / stride - 1) * stride + window - length, 0)
    }
    let reach = window.dilated(dilations)
    let vertical = total(input.height, reach.height, strides.height)
    let horizontal = total(input.width, reach.width, strides.width)
    self.init(
      top: vertical / 2, bottom: vertical - vertical / 2, left: horizontal / 2, right: horizontal - horizontal / 2)
  }

  /// Whether there are no zeros at all.
  public var isEmpty: Bool { self == Padding() }
  /// `0,1,0,1`: top, bottom, left, right.
  public var description: String { "\(top),\(bottom),\(left),\(right)" }

  func padded(_ extent: Extent) -> Extent {
    Extent(height: extent.height + top + bottom, width: extent.width + left + right)
  }

  static func + (a: Padding, b: Padding) -> Padding {
    Padding(top: a.top + b.top, bottom: a.bottom + b.bottom, left: a.left + b.left, right: a.right + b.right)
  }
}
