/// The operations that RandAugment draws from.
///
/// The list is keras.layers.RandAugment's; strengths are those of the authors' code, because Keras's (shifts by up to the
/// whole picture, turns by up to a full circle, to one side only) leave little of a picture.
enum RandAugmentPolicy: CaseIterable {
  case shear, translation, rotation, brightness, color, contrast, sharpness, posterize, solarize, autoContrast, equalize

  /// Draws one operation with its sign and axis.
  static func step(_ draws: inout AugmentationDraws, strength: Double, width: Int, height: Int) -> PixelStep {
    let operation = allCases[draws.index(below: allCases.count)]
    let signed = draws.coin() ? strength : -strength
    let isVertical = draws.coin()
    return operation.step(signed, isVertical: isVertical, width: width, height: height)
  }

  private func step(_ strength: Double, isVertical: Bool, width: Int, height: Int) -> PixelStep {
    let factor = Float(1 + 0.9 * strength)
    switch self {
    case .shear:
      let (x, y) = isVertical ? (0, 0.3 * strength) : (0.3 * strength, 0)
      return .transform(.shear(x: x, y: y, width: width, height: height), .reflect)
    case .translation:
      let (x, y) = isVertical ? (0, 0.45 * strength * Double(height)) : (0.45 * strength * Double(width), 0)
      return .transform(.translation(x: x, y: y), .reflect)
    case .rotation: return .transform(.rotation(strength / 12, width: width, height: height), .reflect)
    case .brightness: return .gain(factor)
    case .color: return .color(factor)
    case .contrast: return .contrast(factor)
    case .sharpness: return .sharpness(factor)
    case .posterize: return .posterize(8 - Int((4 * abs(strength)).rounded()))
    // At strength 0 no value reaches the threshold.
    case .solarize: return .solarize(Float(256 * (1 - abs(strength))))
    case .autoContrast: return .autoContrast
    case .equalize: return .equalize
    }
  }
}
