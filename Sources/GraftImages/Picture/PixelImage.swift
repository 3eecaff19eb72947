/// A picture in memory: upright, RGB, 8 bits per channel, interleaved, row by row from the top.
///
/// ```swift
/// let image = try PixelImage(contentsOf: "cat.jpg")
/// image.pixels[3 * (y * image.width + x)]  // red at (x, y)
/// ```
public struct PixelImage: Sendable, Hashable {
  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// `height × width × 3` values: red, green, blue of the first pixel, then of its right neighbour.
  public let pixels: [UInt8]

  /// Makes a picture from its pixels. There must be `height × width × 3` of them.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height * 3,
      "A \(width)×\(height) picture needs \(width * height * 3) values, received \(pixels.count).")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// Makes a picture whose pixels `initialize` must set, every one of them.
  init(width: Int, height: Int, initialize: (UnsafeMutablePointer<UInt8>) throws -> Void) rethrows {
    self.width = width
    self.height = height
    pixels = try [UInt8](unsafeUninitializedCapacity: width * height * 3) { buffer, count in
      if let base = buffer.baseAddress { try initialize(base) }
      count = width * height * 3
    }
  }
}
