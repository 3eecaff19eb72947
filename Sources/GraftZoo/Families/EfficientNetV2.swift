internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// EfficientNetV2 B0 (Tan & Le, 2021), as keras.applications has it.
public let EfficientNetV2B0 = PreprocessingApplication { EfficientNetV2Architecture(.b0, $0) }
/// EfficientNetV2 B1, as keras.applications has it.
public let EfficientNetV2B1 = PreprocessingApplication { EfficientNetV2Architecture(.b1, $0) }
/// EfficientNetV2 B2, as keras.applications has it.
public let EfficientNetV2B2 = PreprocessingApplication { EfficientNetV2Architecture(.b2, $0) }
/// EfficientNetV2 B3, as keras.applications has it.
public let EfficientNetV2B3 = PreprocessingApplication { EfficientNetV2Architecture(.b3, $0) }
/// EfficientNetV2 S, as keras.applications has it.
public let EfficientNetV2S = PreprocessingApplication { EfficientNetV2Architecture(.s, $0) }
/// EfficientNetV2 M, as keras.applications has it.
public let EfficientNetV2M = PreprocessingApplication { EfficientNetV2Architecture(.m, $0) }
/// EfficientNetV2 L, as keras.applications has it.
public let EfficientNetV2L = PreprocessingApplication { EfficientNetV2Architecture(.l, $0) }

/// Keras's source: keras/src/applications/efficientnet_v2.py.
struct EfficientNetV2Architecture: Architecture {
  enum Variant: String { case b0, b1, b2, b3, s, m, l }

  struct Block {
    let isFused: Bool
    let repeats: Int
    let filtersIn: Double
    let filtersOut: Double
    let expansion: Int
    let stride: Int
    let squeezes: Bool

    /// A 3×3 convolution in the place of expansion and depthwise convolution.
    static func fused(_ repeats: Int, _ filters: ClosedRange<Double>, _ expansion: Int, _ stride: Int) -> Block {
      Block(
        isFused: true, repeats: repeats, filtersIn: filters.lowerBound, filtersOut: filters.upperBound,
        expansion: expansion, stride: stride, squeezes: false)
    }

    /// An inverted residual with squeeze-and-excite.
    static func inverted(_ repeats: Int, _ filters: ClosedRange<Double>, _ expansion: Int, _ stride: Int) -> Block {
      Block(
        isFused: false, repeats: repeats, filtersIn: filters.lowerBound, filtersOut: filters.upperBound,
        expansion: expansion, stride: stride, squeezes: true)
    }
  }

  /// A stage is (repeats, filters in and out, expansion, stride); the first of the B networks narrows.
  private static let base: [Block] = [
    Block(
      isFused: true, repeats: 1, filtersIn: 32, filtersOut: 16, expansion: 1, stride: 1, squeezes: false),
    .fused(2, 16...32, 4, 2), .fused(2, 32...48, 4, 2), .inverted(3, 48...96, 4, 2), .inverted(5, 96...112, 6, 1),
    .inverted(8, 112...192, 6, 2),
  ]
  private static let small: [Block] = [
    .fused(2, 24...24, 1, 1), .fused(4, 24...48, 4, 2), .fused(4, 48...64, 4, 2), .inverted(6, 64...128, 4, 2),
    .inverted(9, 128...160, 6, 1), .inverted(15, 160...256, 6, 2),
  ]
  private static let medium: [Block] = [
    .fused(3, 24...24, 1, 1), .fused(5, 24...48, 4, 2), .fused(5, 48...80, 4, 2), .inverted(7, 80...160, 4, 2),
    .inverted(14, 160...176, 6, 1), .inverted(18, 176...304, 6, 2), .inverted(5, 304...512, 6, 1),
  ]
  private static let large: [Block] = [
    .fused(4, 32...32, 1, 1), .fused(7, 32...64, 4, 2), .fused(7, 64...96, 4, 2), .inverted(10, 96...192, 4, 2),
    .inverted(19, 192...224, 6, 1), .inverted(25, 224...384, 6, 2), .inverted(7, 384...640, 6, 1),
  ]

  let variant: Variant
  let includePreprocessing: Bool

  init(_ variant: Variant, _ includePreprocessing: Bool) {
    self.variant = variant
    self.includePreprocessing = includePreprocessing
  }

  private var blocks: [Block] {
    switch variant {
    case .b0, .b1, .b2, .b3: Self.base
    case .s: Self.small
    case .m: Self.medium
    case .l: Self.large
    }
  }

  /// Width, depth.
  private var scale: (width: Double, depth: Double) {
    switch variant {
    case .b0, .s, .m, .l: (1, 1)
    case .b1: (1, 1.1)
    case .b2: (1.1, 1.2)
    case .b3: (1.2, 1.4)
    }
  }

  var facts: ZooFacts {
    switch variant {
    case .b0:
      facts(
        224, (5_919_312, 7_200_312), (78.7, 94.3), "21ecbf6da12460d5c40bb2f29ceb2188",
        "893217f2bb855e2983157299931e43ff")
    case .b1:
      facts(
        240, (6_931_124, 8_212_124), (79.8, 95.0), "069f0534ff22adf035c89e2d9547a9dc",
        "0e80663031ca32d657f9caa404b6ec37")
    case .b2:
      facts(
        260, (8_769_374, 10_178_374), (80.5, 95.1), "424e49f28180edbde1e94797771950a7",
        "1dfe2e7a5d45b6632553a8961ea609eb")
    case .b3:
      facts(
        300, (12_930_622, 14_467_622), (82.0, 95.8), "1f1fc43bd98a6e4fd8fdfd551e02c7a0",
        "f6abf7b5849ac99a89b50dd3fd532856")
    case .s:
      facts(
        384, (20_331_360, 21_612_360), (83.9, 96.7), "e1d88a8495beba45748fedd0cecbe016",
        "af0682fb74e8c54910f2d4393339c070")
    case .m:
      facts(
        480, (53_150_388, 54_431_388), (85.3, 97.4), "a3bf6aa3276309f4fc6a34aa114c95cd",
        "1b8dc055df72dde80d614482840fe342")
    case .l:
      facts(
        480, (117_746_848, 119_027_848), (85.7, 97.5), "27e6d408b53c7ebc868fefa357689935",
        "b0b66b5c863aef5b46e8608fe1711615")
    }
  }

  private func facts(
    _ side: Int, _ parameters: (Int, Int), _ accuracy: (Double, Double), _ withTop: String, _ noTop: String
  ) -> ZooFacts {
    let file = "efficientnetv2-\(variant)"
    return ZooFacts(
      className: "EfficientNetV2\("\(variant)".uppercased())", name: "efficientnet-v2-\(variant)", networkName: file,
      imageSize: side, parameters: parameters, accuracy: accuracy, lastStage: "block\(blocks.count)a_expand_conv",
      noTop: .keras(kerasFolder("efficientnet_v2"), file + "_notop.h5", digest: noTop),
      withTop: .keras(kerasFolder("efficientnet_v2"), file + ".h5", digest: withTop))
  }

  private var isB: Bool { blocks.count == 6 && variant != .s }

  var preprocessing: Preprocessing {
    includePreprocessing ? .none : isB ? .torch : .scaledBy128
  }

  func trunk(_ input: SymbolicTensor, isPretrained: Bool) -> SymbolicTensor {
    var x = input
    if includePreprocessing, isB, input.channels == 3 {
      x = Normalization(
        mean: [0.485, 0.456, 0.406], variance: [0.229, 0.224, 0.225].map { Float($0 * $0) })(
          Rescaling(scale: 1 / 255)(x))
    } else if includePreprocessing {
      x = Rescaling(scale: 1 / 128, offset: -1)(x)
    }
    x = convolution(x, rounded(blocks[0].filtersIn), 3, 2, "stem_conv")
    x = activated(x, "stem_bn", "stem_activation")
    let total = Double(blocks.reduce(0) { $0 + $1.repeats })
    var done = 0
    for (stage, block) in blocks.enumerated() {
      for index in 0..<Int((scale.depth * Double(block.repeats)).rounded(.up)) {
        x = self.block(
          x, block, filtersIn: rounded(index == 0 ? block.filtersIn : block.filtersOut),
          stride: index == 0 ? block.stride : 1,
          dropRate: EfficientNetArchitecture.dropConnectRate * Double(done) / total, prefix: blockName(stage, index))
        done += 1
      }
    }
    return activated(convolution(x, rounded(1280), 1, 1, "top_conv"), "top_bn", "top_activation")
  }

  private func block(
    _ input: SymbolicTensor, _ block: Block, filtersIn: Int, stride: Int, dropRate: Double, prefix: String
  ) -> SymbolicTensor {
    let filtersOut = rounded(block.filtersOut)
    var x = input
    if block.expansion != 1 {
      let filters = filtersIn * block.expansion
      x = convolution(x, filters, block.isFused ? 3 : 1, block.isFused ? stride : 1, prefix + "expand_conv")
      x = activated(x, prefix + "expand_bn", prefix + "expand_activation")
    }
    if !block.isFused {
      x = x.depthwise(
        3, strides: Extent(stride), padding: .same, initializer: EfficientNetArchitecture.kernels,
        name: prefix + "dwconv2")
      x = activated(x, prefix + "bn", prefix + "activation")
    }
    if block.squeezes { x = x.squeezedAndExcited(filtersIn / 4, prefix: prefix) }
    let isSingle = block.isFused && block.expansion == 1
    x = convolution(x, filtersOut, isSingle ? 3 : 1, isSingle ? stride : 1, prefix + "project_conv")
    x = x.normalized(momentum: 0.9, name: prefix + "project_bn")
    if isSingle { x = x.activated(.swish, name: prefix + "project_activation") }
    guard stride == 1, filtersIn == filtersOut else { return x }
    if dropRate > 0 { x = x.dropped(dropRate, noiseShape: [nil, 1, 1, 1], name: prefix + "drop") }
    return x.added(before: input, name: prefix + "add")
  }

  private func convolution(
    _ x: SymbolicTensor, _ filters: Int, _ kernel: Int, _ stride: Int, _ name: String
  ) -> SymbolicTensor {
    x.convolution(
      filters, Extent(kernel), strides: Extent(stride), padding: .same, useBias: false,
      initializer: EfficientNetArchitecture.kernels, name: name)
  }

  private func activated(_ x: SymbolicTensor, _ normalization: String, _ name: String) -> SymbolicTensor {
    x.normalized(momentum: 0.9, name: normalization).activated(.swish, name: name)
  }

  private func rounded(_ filters: Double) -> Int { roundedChannels(filters * scale.width, keepsNineTenths: false) }

  func top(_ features: SymbolicTensor, classes: Int, activation: Activation) -> SymbolicTensor {
    features.averaged(name: "avg_pool").dropped(0.2, name: "top_dropout")
      .dense(
        classes, activation: activation, initializer: EfficientNetArchitecture.classifier, name: "predictions")
  }
}
