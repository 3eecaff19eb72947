extension AugmentationOperation {
  /// Flips half of all pictures. Definition: keras.layers.RandomFlip.
  public static func randomFlip(_ mode: FlipMode) -> AugmentationOperation { .init(.flip(mode)) }

  /// Turns by −`factor` … `factor` of a full circle about the centre. Definition: keras.layers.RandomRotation.
  ///
  /// - Parameters:
  ///   - factor: A fraction of 2π: 0.1 turns by up to 36° either way.
  ///   - fillMode: What shows where the picture ends.
  public static func randomRotation(_ factor: Double, fillMode: FillMode = .reflect) -> AugmentationOperation {
    .init(.rotation(.amount(factor), fillMode))
  }

  /// Turns by an angle of a range, in fractions of 2π; positive is counter-clockwise.
  public static func randomRotation(
    factor: ClosedRange<Double>, fillMode: FillMode = .reflect
  ) -> AugmentationOperation {
    .init(.rotation(.range(factor), fillMode))
  }

  /// Zooms by −`factor` … `factor`, both axes alike: positive is out, negative in. Definition: keras.layers.RandomZoom.
  ///
  /// - Parameters:
  ///   - factor: 0.2 shows from 80 % to 120 % of the picture's width. Below 1.
  ///   - fillMode: What shows where the picture ends.
  public static func randomZoom(_ factor: Double, fillMode: FillMode = .reflect) -> AugmentationOperation {
    .init(.zoom(height: .amount(factor), width: nil, fillMode))
  }

  /// Zooms by factors of ranges; without `width` both axes zoom alike.
  public static func randomZoom(
    height: ClosedRange<Double>, width: ClosedRange<Double>? = nil, fillMode: FillMode = .reflect
  ) -> AugmentationOperation {
    .init(.zoom(height: .range(height), width: width.map { .range($0) }, fillMode))
  }

  /// Shifts by up to `height` of the picture's height and `width` of its width, either way. Definition:
  /// keras.layers.RandomTranslation.
  public static func randomTranslation(
    height: Double, width: Double, fillMode: FillMode = .reflect
  ) -> AugmentationOperation {
    .init(.translation(height: .amount(height), width: .amount(width), fillMode))
  }

  /// Shifts by fractions of ranges; positive is down and right.
  public static func randomTranslation(
    height: ClosedRange<Double>, width: ClosedRange<Double>, fillMode: FillMode = .reflect
  ) -> AugmentationOperation {
    .init(.translation(height: .range(height), width: .range(width), fillMode))
  }

  /// Takes a part of the decoded picture and fits it to the network's size, so that a small part keeps its detail.
  ///
  /// It comes before all other operations, wherever it stands in the list, and at most once. Definition:
  /// torchvision.transforms.RandomResizedCrop, but without its tries: a proportion is drawn among those that fit the
  /// picture. A picture too long for any gives the largest part with the nearest proportion.
  ///
  /// - Parameters:
  ///   - scale: The part's share of the picture's area.
  ///   - ratio: The part's width by its height, in the picture's pixels; its logarithm is uniform.
  public static func randomResizedCrop(
    scale: ClosedRange<Double> = 0.5...1, ratio: ClosedRange<Double> = (3 / 4.0)...(4 / 3.0)
  ) -> AugmentationOperation {
    .init(.resizedCrop(scale: scale, ratio: ratio))
  }
}
