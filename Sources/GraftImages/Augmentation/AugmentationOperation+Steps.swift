extension AugmentationOperation {
  /// The operation for one picture, its numbers drawn. Nothing for the crop and for mixing.
  ///
  /// An operation always draws the same numbers, whatever its parameters.
  func steps(_ draws: inout AugmentationDraws, width: Int, height: Int) -> [PixelStep] {
    switch kind {
    case .flip(let mode):
      // Keras draws one number for both axes.
      return draws.coin() ? [.transform(.flip(mode, width: width, height: height), .reflect)] : []
    case .rotation(let factor, let fill):
      let turn = draws.uniform(in: factor.range(around: 0))
      return [.transform(.rotation(turn, width: width, height: height), fill)]
    case .zoom(let heightFactor, let widthFactor, let fill):
      let y = draws.uniform(in: heightFactor.range(around: 0))
      let x = widthFactor.map { draws.uniform(in: $0.range(around: 0)) } ?? y
      return [.transform(.zoom(x: 1 + x, y: 1 + y, width: width, height: height), fill)]
    case .translation(let heightFactor, let widthFactor, let fill):
      let y = draws.uniform(in: heightFactor.range(around: 0)) * Double(height)
      let x = draws.uniform(in: widthFactor.range(around: 0)) * Double(width)
      return [.transform(.translation(x: x, y: y), fill)]
    case .brightness(let factor): return [.brightness(Float(255 * draws.uniform(in: factor.range(around: 0))))]
    case .contrast(let factor): return [.contrast(Float(draws.uniform(in: factor.range(around: 1))))]
    case .saturation(let factor):
      let share = draws.uniform(in: factor.range(around: 0.5, scale: 0.5))
      // Keras adds its epsilon to the divisor always, which leaves no value unchanged at 0.5.
      return [.saturation(Float(share / max(1 - share, 1e-7)))]
    case .hue(let factor):
      let turn = draws.uniform(in: factor.fromZero) / 2
      return [.hue(Float(draws.coin() ? turn : -turn))]
    case .erasing(let probability, let scale, let fill):
      return Self.erasing(&draws, probability, scale, fill, width: width, height: height)
    case .randAugment(let operations, let magnitude):
      return (0..<operations).map { _ in
        RandAugmentPolicy.step(&draws, strength: magnitude / 10, width: width, height: height)
      }
    case .resizedCrop, .mixup, .cutmix: return []
    }
  }

  private static func erasing(
    _ draws: inout AugmentationDraws, _ probability: Double, _ scale: ClosedRange<Double>, _ fill: ErasureFill,
    width: Int, height: Int
  ) -> [PixelStep] {
    let isErased = draws.uniform() < probability
    let boxWidth = draws.uniform(in: scale).squareRoot() * Double(width)
    let boxHeight = draws.uniform(in: scale).squareRoot() * Double(height)
    let left = draws.uniform() * (Double(width) - boxWidth)
    let top = draws.uniform() * (Double(height) - boxHeight)
    let noise = draws.branch()
    guard isErased else { return [] }
    let box = PixelBox(left: left, top: top, right: left + boxWidth, bottom: top + boxHeight)
    return switch fill {
    case .noise: [.erase(box, .noise(noise))]
    case .constant(let value): [.erase(box, .constant(Float(value)))]
    }
  }
}
