internal import GraftGraph

/// Whole numbers from −128 to 127 as TFLite has them: q stands for scale · (q − zeroPoint).
struct AffineFormat: Hashable {
  let scale: Float
  let zeroPoint: Int

  init(scale: Float, zeroPoint: Int) {
    self.scale = scale
    self.zeroPoint = zeroPoint
  }

  /// One of Graft's formats, without loss: numbers from 0 to 255 are moved by 128. nil for floats.
  init?(_ format: NumberFormat) {
    switch format {
    case .float32: return nil
    case .int8(let scale): self.init(scale: scale, zeroPoint: 0)
    case .uint8(let scale): self.init(scale: scale, zeroPoint: -128)
    }
  }

  /// The finest one that holds all numbers of a range, and 0 exactly.
  init(holding range: ClosedRange<Float>) {
    let (low, high) = (min(range.lowerBound, 0), max(range.upperBound, 0))
    let step = (high - low) / 254
    scale = step > 0 ? step : 1
    zeroPoint = max(-128, min(127, Int((-128 - low / scale).rounded(.up))))
  }

  /// The smallest and the largest number that can be written down.
  var range: ClosedRange<Float> { (scale * Float(-128 - zeroPoint))...(scale * Float(127 - zeroPoint)) }
}
