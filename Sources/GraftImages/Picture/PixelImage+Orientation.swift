extension PixelImage {
  /// This picture turned upright: what a viewer shows for a file that was stored with `orientation`.
  func upright(from orientation: Orientation) -> PixelImage {
    if orientation == .up { return self }
    let (sourceWidth, sourceHeight) = (width, height)
    let turned = orientation.swapsAxes
    let (resultWidth, resultHeight) = turned ? (height, width) : (width, height)
    // The source's index is an affine function of the result's (x, y): an origin and two steps.
    let (originX, originY) = (
      orientation.mirrorsStoredX ? sourceWidth - 1 : 0, orientation.mirrorsStoredY ? sourceHeight - 1 : 0
    )
    let stepStoredX = orientation.mirrorsStoredX ? -1 : 1
    let stepStoredY = (orientation.mirrorsStoredY ? -1 : 1) * sourceWidth
    let (stepX, stepY) = turned ? (stepStoredY, stepStoredX) : (stepStoredX, stepStoredY)
    return pixels.withUnsafeBufferPointer { source in
      PixelImage(width: resultWidth, height: resultHeight) { destination in
        var out = destination
        for y in 0..<resultHeight {
          var index = originY * sourceWidth + originX + y * stepY
          for _ in 0..<resultWidth {
            out[0] = source[3 * index]
            out[1] = source[3 * index + 1]
            out[2] = source[3 * index + 2]
            out += 3
            index += stepX
          }
        }
      }
    }
  }
}
