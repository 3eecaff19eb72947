public import GraftCore

extension Preprocessing {
  /// Writes a picture as the network's input: `height × width × 3` floats (NHWC without the N).
  ///
  /// `output` must have room for `image.pixels.count` floats; more is left alone. For many pictures use `ImageLoader`,
  /// which keeps the table.
  public func apply(_ image: PixelImage, into output: UnsafeMutableBufferPointer<Float>) {
    PreprocessingTable(self).apply(image, into: output)
  }
}

/// The 256 values of each channel, so that a division costs nothing per pixel and rounds as Keras's does.
struct PreprocessingTable: Sendable {
  private let values: [Float]
  private let isReversed: Bool

  init(_ preprocessing: Preprocessing) {
    values = (0..<3).flatMap { channel in
      (0..<256).map { pixel in
        (Float(pixel) / preprocessing.divisor - preprocessing.mean[channel]) / preprocessing.deviation[channel]
      }
    }
    isReversed = preprocessing.channelOrder == .bgr
  }

  func apply(_ image: PixelImage, into output: UnsafeMutableBufferPointer<Float>) {
    precondition(
      output.count >= image.pixels.count,
      "A \(image.width)×\(image.height) picture needs room for \(image.pixels.count) floats, received \(output.count).")
    let (first, last) = isReversed ? (2, 0) : (0, 2)
    image.pixels.withUnsafeBufferPointer { pixels in
      values.withUnsafeBufferPointer { values in
        guard let values = values.baseAddress, var pixel = pixels.baseAddress, var out = output.baseAddress else {
          return
        }
        for _ in 0..<(pixels.count / 3) {
          out[0] = values[Int(pixel[first])]
          out[1] = values[256 + Int(pixel[1])]
          out[2] = values[512 + Int(pixel[last])]
          out += 3
          pixel += 3
        }
      }
    }
  }
}
