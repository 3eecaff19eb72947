extension Augmentation {
  /// Augments a picture in memory; the result has its size.
  ///
  /// The crop is taken from this picture and enlarged. Mixing needs two pictures and is left out. For files use
  /// `ImageLoader.load(_:augmentation:key:partner:into:)`, which crops before it resizes.
  public func apply(to image: PixelImage, key: AugmentationKey) -> PixelImage {
    var canvas = Canvas()
    guard let region = crop(for: key, width: image.width, height: image.height) else {
      return apply(to: image, key: key, canvas: &canvas)
    }
    let placement = ImagePlacement(region, width: image.width, height: image.height)
    return apply(to: Resizer().resize(image, placement), key: key, canvas: &canvas)
  }

  /// Applies all but the crop and the mixing.
  func apply(to image: PixelImage, key: AugmentationKey, canvas: inout Canvas) -> PixelImage {
    let steps = steps(for: key, width: image.width, height: image.height)
    if steps.isEmpty { return image }
    canvas.load(image)
    for step in steps { canvas.apply(step) }
    return canvas.image()
  }
}
