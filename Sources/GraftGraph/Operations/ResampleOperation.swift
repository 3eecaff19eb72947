internal import GraftCore

/// A picture at another size. Every pixel of the result is a sum of weighted pixels, rows and columns apart.
///
/// Definition: tf.image.resize, which keras.ops.image.resize calls.
package struct ResampleOperation: Sendable, Hashable {
  /// How pixels between pixels are made.
  package enum Method: String, Sendable, Hashable, CaseIterable {
    /// The nearest pixel.
    case nearest
    /// Straight lines between neighbours.
    case bilinear
    /// Cubic curves through four neighbours (Keys, a = −½).
    case bicubic
    /// Windowed sines through six neighbours.
    case lanczos3
    /// Windowed sines through ten neighbours.
    case lanczos5
    /// The mean of the pixels of each of as many bins as the result has pixels: keras.ops.adaptive_average_pool.
    case bins
  }

  /// Height and width of the result.
  package var extent: Extent
  /// How pixels between pixels are made.
  package var method: Method
  /// Whether a smaller result takes in all pixels that lie between.
  package var antialiases: Bool

  /// Makes a resampling.
  package init(to extent: Extent, method: Method, antialiases: Bool = false) {
    self.extent = extent
    self.method = method
    self.antialiases = antialiases
  }

  /// The weights along one axis.
  package func table(from input: Int, to output: Int) -> ResampleTable {
    ResampleTable(from: input, to: output, method: method, antialiases: antialiases)
  }

  func resultShape(name: String, input: Shape) throws -> Shape {
    guard input.rank == 3 else {
      throw GraftError(.shapeMismatch, "\(name): resizing needs (height, width, channels). Received: \(input).")
    }
    guard extent.height > 0, extent.width > 0 else {
      throw GraftError(.invalidArgument, "\(name): the size must be positive. Received: \(extent).")
    }
    return [extent.height, extent.width, input[2]]
  }
}
