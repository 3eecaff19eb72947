/// Where a fitted picture comes from and where it goes: a part of the source, the size that it takes, the canvas.
struct ImagePlacement {
  /// The part of the source that is used, in the source's pixels; fractions of pixels are allowed.
  var x: Double
  var y: Double
  var partWidth: Double
  var partHeight: Double
  /// The size that the part is resized to.
  var width: Int
  var height: Int
  /// The size of the result; larger than the resized part only when it is padded.
  var canvasWidth: Int
  var canvasHeight: Int

  /// Plans how a source of one size is fitted into a canvas of another.
  init(_ sourceWidth: Int, _ sourceHeight: Int, _ canvasWidth: Int, _ canvasHeight: Int, _ fit: ImageFit) {
    (x, y, partWidth, partHeight) = (0, 0, Double(sourceWidth), Double(sourceHeight))
    (width, height) = (canvasWidth, canvasHeight)
    (self.canvasWidth, self.canvasHeight) = (canvasWidth, canvasHeight)
    let scaleX = Double(canvasWidth) / partWidth
    let scaleY = Double(canvasHeight) / partHeight
    switch fit {
    case .stretch: break
    case .crop:
      if scaleX < scaleY {
        partWidth = Double(canvasWidth) / scaleY
      } else {
        partHeight = Double(canvasHeight) / scaleX
      }
      x = (Double(sourceWidth) - partWidth) / 2
      y = (Double(sourceHeight) - partHeight) / 2
    case .pad:
      let scale = min(scaleX, scaleY)
      width = min(canvasWidth, max(1, Int((partWidth * scale).rounded())))
      height = min(canvasHeight, max(1, Int((partHeight * scale).rounded())))
    }
  }

  /// Stretches a part of the source over the whole canvas.
  init(_ region: ImageRegion, width: Int, height: Int) {
    (x, y, partWidth, partHeight) = (region.x, region.y, region.width, region.height)
    (self.width, self.height) = (width, height)
    (canvasWidth, canvasHeight) = (width, height)
  }

  /// The smallest JPEG scale, in eighths, at which the part still has the size that it is resized to.
  ///
  /// Only 8, 4, 2 and 1: libjpeg-turbo has no vector code for the scales between, and a decode at 5/8 takes longer than
  /// one at full size.
  var eighths: Int {
    let needed = 8 * max(Double(width) / partWidth, Double(height) / partHeight)
    return [1, 2, 4].first { Double($0) >= needed } ?? 8
  }

  /// The same for a source that was decoded at a reduced size.
  func scaled(eighths: Int) -> ImagePlacement {
    let scale = Double(eighths) / 8
    var result = self
    (result.x, result.y) = (x * scale, y * scale)
    (result.partWidth, result.partHeight) = (partWidth * scale, partHeight * scale)
    return result
  }

  /// The same with the result's axes swapped.
  var turned: ImagePlacement {
    var result = self
    (result.width, result.height) = (height, width)
    (result.canvasWidth, result.canvasHeight) = (canvasHeight, canvasWidth)
    return result
  }
}

extension PixelImage {
  /// This picture in the middle of its white canvas.
  func placed(_ placement: ImagePlacement) -> PixelImage {
    let (canvasWidth, canvasHeight) = (placement.canvasWidth, placement.canvasHeight)
    if width == canvasWidth, height == canvasHeight { return self }
    let left = (canvasWidth - width) / 2
    let top = (canvasHeight - height) / 2
    return pixels.withUnsafeBufferPointer { source in
      PixelImage(width: canvasWidth, height: canvasHeight) { canvas in
        canvas.initialize(repeating: 255, count: canvasWidth * canvasHeight * 3)
        guard let base = source.baseAddress else { return }
        for row in 0..<height {
          (canvas + ((top + row) * canvasWidth + left) * 3).update(from: base + row * width * 3, count: width * 3)
        }
      }
    }
  }
}
