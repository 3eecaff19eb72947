extension AugmentationOperation {
  /// Adds −`factor` … `factor` of the full range 255. Definition: keras.layers.RandomBrightness.
  public static func randomBrightness(_ factor: Double) -> AugmentationOperation { .init(.brightness(.amount(factor))) }

  /// Adds a fraction of 255 from a range within −1…1.
  public static func randomBrightness(factor: ClosedRange<Double>) -> AugmentationOperation {
    .init(.brightness(.range(factor)))
  }

  /// Multiplies each channel's distance from its mean by 1 − `factor` … 1 + `factor`. Definition:
  /// keras.layers.RandomContrast.
  public static func randomContrast(_ factor: Double) -> AugmentationOperation { .init(.contrast(.amount(factor))) }

  /// The same with the multiplier's range; Keras's tuple (lower, upper) is `1 - lower ... 1 + upper`.
  public static func randomContrast(factor: ClosedRange<Double>) -> AugmentationOperation {
    .init(.contrast(.range(factor)))
  }

  /// Changes the saturation by an amount of 0…1: 0 changes nothing, 1 goes from gray to fully saturated.
  ///
  /// The amount a means Keras's factors `0.5 - a/2 ... 0.5 + a/2`. Keras's own single number means `0 ... a`, where 0.2
  /// would leave no picture its colours; for that use `randomSaturation(factor:)`. Definition:
  /// keras.layers.RandomSaturation with `value_range=(0, 1)`, the range in which its clipping works.
  public static func randomSaturation(_ amount: Double) -> AugmentationOperation {
    .init(.saturation(.amount(amount)))
  }

  /// Changes the saturation by Keras's factor f of a range within 0…1: it is multiplied by f / (1 − f), so 0 is gray, 0.5
  /// no change, 1 full.
  public static func randomSaturation(factor: ClosedRange<Double>) -> AugmentationOperation {
    .init(.saturation(.range(factor)))
  }

  /// Turns the hue by up to `factor` of half a circle, either way. Definition: keras.layers.RandomHue.
  public static func randomHue(_ factor: Double) -> AugmentationOperation { .init(.hue(.amount(factor))) }

  /// Turns the hue by an amount of a range within 0…1, in half circles, either way.
  public static func randomHue(factor: ClosedRange<Double>) -> AugmentationOperation { .init(.hue(.range(factor))) }

  /// Erases a box in a share of all pictures. Definition: keras.layers.RandomErasing.
  ///
  /// - Parameters:
  ///   - probability: The share of the pictures. Keras's `factor=1.0` draws a probability of 0…1 first: 0.5 on average.
  ///   - scale: Width and height of the box are the picture's times the root of a number of this range, each its own.
  ///   - fill: What stands in the box.
  public static func randomErasing(
    _ probability: Double = 0.5, scale: ClosedRange<Double> = 0.02...0.33, fill: ErasureFill = .noise
  ) -> AugmentationOperation {
    .init(.erasing(probability: probability, scale: scale, fill))
  }

  /// Applies some of eleven operations, drawn per picture, all with one strength. Definition: Cubuk et al., "RandAugment"
  /// (2019); its pixel arithmetic is that of keras.layers.RandAugment's layers.
  ///
  /// The eleven: shear, translation, rotation, brightness, colour, contrast, sharpness, posterize, solarize, auto-contrast,
  /// equalize. The strength is `magnitude` / 10, as in the authors' code: at 10 a shear of 0.3, a shift of 0.45, a turn of
  /// 30°, colours times 1 ± 0.9, 4 bits, a solarising threshold of 0. The sign is drawn. The last two know no strength.
  /// Moved pictures are filled by reflection.
  ///
  /// - Parameters:
  ///   - operations: How many are applied, one after the other; at least 1. The same may come twice.
  ///   - magnitude: 0…10.
  public static func randAugment(operations: Int = 2, magnitude: Double = 9) -> AugmentationOperation {
    .init(.randAugment(operations: operations, magnitude: magnitude))
  }
}
