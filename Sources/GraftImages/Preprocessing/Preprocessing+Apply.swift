internal import CPixels
public import GraftCore

extension Preprocessing {
  /// Writes a picture as the network's input: `height × width × 3` floats (NHWC without the N).
  ///
  /// `output` must have room for `image.pixels.count` floats; more is left alone.
  public func apply(_ image: PixelImage, into output: UnsafeMutableBufferPointer<Float>) {
    precondition(
      output.count >= image.pixels.count,
      "A \(image.width)×\(image.height) picture needs room for \(image.pixels.count) floats, received \(output.count).")
    guard let out = output.baseAddress else { return }
    image.pixels.withUnsafeBufferPointer { pixels in
      graft_preprocess(
        pixels.baseAddress, pixels.count / 3, channelOrder == .bgr, divisor, mean, deviation, out)
    }
  }
}
