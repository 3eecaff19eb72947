/// An operation with all its numbers drawn: arithmetic without chance.
package enum PixelStep: Sendable, Hashable {
  /// Samples the picture anew.
  case transform(PixelTransform, FillMode)
  /// Adds, in units of 0…255.
  case brightness(Float)
  /// Multiplies.
  case gain(Float)
  /// Multiplies each channel's distance from its mean.
  case contrast(Float)
  /// Multiplies the saturation.
  case saturation(Float)
  /// Turns the hue by a fraction of a full circle.
  case hue(Float)
  /// Multiplies the distance from gray.
  case color(Float)
  /// Multiplies the distance from the smoothed picture.
  case sharpness(Float)
  /// Keeps the highest bits, 1…8.
  case posterize(Int)
  /// Inverts what is not below a threshold.
  case solarize(Float)
  /// Stretches each channel to 0…255.
  case autoContrast
  /// Flattens each channel's histogram.
  case equalize
  /// Fills a box.
  case erase(PixelBox, Erasure)
}
