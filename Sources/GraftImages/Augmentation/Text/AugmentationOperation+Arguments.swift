extension AugmentationOperation {
  /// The parameters by name; what is nil is left out.
  var arguments: [String: AugmentationValue] {
    switch kind {
    case .flip(let mode): return ["mode": .word(mode.word)]
    case .rotation(let factor, let fill): return ["factor": .init(factor), "fill_mode": .word(fill.word)]
    case .zoom(let height, let width, let fill):
      var result: [String: AugmentationValue] = ["height": .init(height), "fill_mode": .word(fill.word)]
      if let width { result["width"] = .init(width) }
      return result
    case .translation(let height, let width, let fill):
      return ["height": .init(height), "width": .init(width), "fill_mode": .word(fill.word)]
    case .resizedCrop(let scale, let ratio): return ["scale": .range(scale), "ratio": .range(ratio)]
    case .brightness(let factor), .contrast(let factor), .saturation(let factor), .hue(let factor):
      return ["factor": .init(factor)]
    case .erasing(let probability, let scale, let fill):
      return ["probability": .number(probability), "scale": .range(scale), "fill": .word(fill.word)]
    case .randAugment(let operations, let magnitude):
      return ["operations": .number(Double(operations)), "magnitude": .number(magnitude)]
    case .mixup(let alpha), .cutmix(let alpha): return ["alpha": .number(alpha)]
    }
  }

  /// Makes an operation from its parameters and checks them.
  init(_ arguments: AugmentationArguments) throws {
    func fill() throws -> FillMode {
      try arguments.word("fill_mode", FillMode.words, default: .reflect, FillMode.init(word:))
    }
    switch arguments.name {
    case .flip:
      kind = .flip(try arguments.word("mode", FlipMode.words, default: .horizontal, FlipMode.init(word:)))
    case .rotation: kind = .rotation(try arguments.factor("factor"), try fill())
    case .zoom:
      let width = arguments.values["width"] == nil ? nil : try arguments.factor("width")
      kind = .zoom(height: try arguments.factor("height"), width: width, try fill())
    case .translation:
      let height = try arguments.factor("height")
      let width = arguments.values["width"] == nil ? height : try arguments.factor("width")
      kind = .translation(height: height, width: width, try fill())
    case .resizedCrop:
      let ratio = try arguments.range("ratio", default: (3 / 4.0)...(4 / 3.0))
      kind = .resizedCrop(scale: try arguments.range("scale", default: 0.5...1), ratio: ratio)
    case .brightness: kind = .brightness(try arguments.factor("factor"))
    case .contrast: kind = .contrast(try arguments.factor("factor"))
    case .saturation: kind = .saturation(try arguments.factor("factor"))
    case .hue: kind = .hue(try arguments.factor("factor"))
    case .erasing:
      kind = .erasing(
        probability: try arguments.number("probability", default: 0.5),
        scale: try arguments.range("scale", default: 0.02...0.33),
        try arguments.word("fill", ErasureFill.words, default: .noise, ErasureFill.init(word:)))
    case .randAugment:
      kind = .randAugment(
        operations: try arguments.whole("operations", default: 2),
        magnitude: try arguments.number("magnitude", default: 9))
    case .mixup: kind = .mixup(alpha: try arguments.number("alpha", default: 0.2))
    case .cutmix: kind = .cutmix(alpha: try arguments.number("alpha", default: 1))
    }
    try validate()
  }
}
