extension AugmentationOperation {
  /// Blends each picture and its label with another one's, the shares drawn from Beta(alpha, alpha). Definition:
  /// keras.layers.MixUp.
  ///
  /// With `cutmix` beside it, one of the two is drawn per picture.
  ///
  /// - Parameter alpha: Small values leave most pictures nearly pure; 0 mixes nothing.
  public static func mixup(alpha: Double = 0.2) -> AugmentationOperation { .init(.mixup(alpha: alpha)) }

  /// Pastes a box of another picture into each, the box's share of the area drawn from Beta(alpha, alpha); labels are mixed
  /// by that share. Definition: keras.layers.CutMix.
  ///
  /// Pixels on the box's border are blended by how much of them it covers, so that the label's share is exactly the
  /// area's, whatever the picture's size.
  ///
  /// - Parameter alpha: 1 makes all sizes equally likely; 0 mixes nothing.
  public static func cutmix(alpha: Double = 1) -> AugmentationOperation { .init(.cutmix(alpha: alpha)) }
}
