internal import GraftCore

extension AugmentationOperation {
  /// Checks every parameter against its bounds.
  func validate() throws {
    switch kind {
    case .flip: break
    case .rotation(let factor, let fill):
      try check("factor", factor, amounts: 0...1, ranges: -1...1)
      try check(fill)
    case .zoom(let height, let width, let fill):
      // Below −1 + 1/100 a pixel would fill the picture.
      try check("height", height, amounts: 0...0.99, ranges: -0.99...1)
      if let width { try check("width", width, amounts: 0...0.99, ranges: -0.99...1) }
      try check(fill)
    case .translation(let height, let width, let fill):
      try check("height", height, amounts: 0...1, ranges: -1...1)
      try check("width", width, amounts: 0...1, ranges: -1...1)
      try check(fill)
    case .resizedCrop(let scale, let ratio):
      try check("scale", scale, within: 0.0001...1)
      try check("ratio", ratio, within: 0.01...100)
    case .brightness(let factor): try check("factor", factor, amounts: 0...1, ranges: -1...1)
    case .contrast(let factor): try check("factor", factor, amounts: 0...1, ranges: 0...2)
    case .saturation(let factor), .hue(let factor): try check("factor", factor, amounts: 0...1, ranges: 0...1)
    case .erasing(let probability, let scale, let fill):
      try check("probability", probability, within: 0...1)
      try check("scale", scale, within: 0...1)
      if case .constant(let value) = fill { try check("fill", value, within: 0...255) }
    case .randAugment(let operations, let magnitude):
      try check("operations", Double(operations), within: 1...16)
      try check("magnitude", magnitude, within: 0...10)
    case .mixup(let alpha), .cutmix(let alpha): try check("alpha", alpha, within: 0...1000)
    }
  }

  private func check(_ fill: FillMode) throws {
    if case .constant(let value) = fill { try check("constant", value, within: 0...255) }
  }

  private func check(
    _ name: String, _ factor: AugmentationFactor, amounts: ClosedRange<Double>, ranges: ClosedRange<Double>
  ) throws {
    switch factor {
    case .amount(let amount): try check(name, amount, within: amounts)
    case .range(let range): try check(name, range, within: ranges)
    }
  }

  private func check(_ name: String, _ value: Double, within bounds: ClosedRange<Double>) throws {
    // A number that is none is in no range.
    guard bounds.contains(value) else { throw failure(name, "a number", bounds, value.shortText) }
  }

  private func check(_ name: String, _ range: ClosedRange<Double>, within bounds: ClosedRange<Double>) throws {
    guard bounds.contains(range.lowerBound), bounds.contains(range.upperBound) else {
      throw failure(name, "a range", bounds, "\(range.lowerBound.shortText)..\(range.upperBound.shortText)")
    }
  }

  private func failure(
    _ name: String, _ what: String, _ bounds: ClosedRange<Double>, _ received: String
  ) -> GraftError {
    GraftError(
      .invalidArgument,
      """
      Augmentation '\(self.name.rawValue)', \(name): expected \(what) within \
      \(bounds.lowerBound.shortText)..\(bounds.upperBound.shortText). Received: \(received)
      """)
  }
}
