internal import GraftCore

/// One pixel from each window of a picture, per channel. Zeros around the picture are no part of it: the mean of a window
/// leaves them out, and the largest is never one of them.
///
/// Definition: keras.ops.max_pool, keras.ops.average_pool.
package struct PoolingOperation: Sendable, Hashable {
  /// How a window becomes one pixel.
  package var kind: GlobalPoolingOperation.Kind
  /// Height and width of the window.
  package var window: Extent
  /// Steps of the window.
  package var strides: Extent
  /// How far windows reach beyond the picture.
  package var padding: Padding

  /// Makes a pooling.
  package init(
    _ kind: GlobalPoolingOperation.Kind, window: Extent, strides: Extent, padding: Padding = Padding()
  ) {
    self.kind = kind
    self.window = window
    self.strides = strides
    self.padding = padding
  }

  func resultShape(name: String, input: Shape) throws -> Shape {
    guard input.rank == 3 else {
      throw GraftError(.shapeMismatch, "\(name): pooling needs (height, width, channels). Received: \(input).")
    }
    let extent = padding.padded(Extent(height: input[0], width: input[1])).strided(window: window, by: strides)
    guard extent.height > 0, extent.width > 0 else {
      throw GraftError(.shapeMismatch, "\(name): a \(window) window does not fit a picture of \(input).")
    }
    return [extent.height, extent.width, input[2]]
  }
}
