internal import Foundation
internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// EfficientNet B0 (Tan & Le, 2019), as keras.applications has it. Pixels of 0…255 are scaled by its first layers.
public let EfficientNetB0 = Application(EfficientNetArchitecture.all[0])
/// EfficientNet B1, as keras.applications has it.
public let EfficientNetB1 = Application(EfficientNetArchitecture.all[1])
/// EfficientNet B2, as keras.applications has it.
public let EfficientNetB2 = Application(EfficientNetArchitecture.all[2])
/// EfficientNet B3, as keras.applications has it.
public let EfficientNetB3 = Application(EfficientNetArchitecture.all[3])
/// EfficientNet B4, as keras.applications has it.
public let EfficientNetB4 = Application(EfficientNetArchitecture.all[4])
/// EfficientNet B5, as keras.applications has it.
public let EfficientNetB5 = Application(EfficientNetArchitecture.all[5])
/// EfficientNet B6, as keras.applications has it.
public let EfficientNetB6 = Application(EfficientNetArchitecture.all[6])
/// EfficientNet B7, as keras.applications has it.
public let EfficientNetB7 = Application(EfficientNetArchitecture.all[7])

/// Keras's source: keras/src/applications/efficientnet.py.
struct EfficientNetArchitecture: Architecture {
  let width: Double
  let depth: Double
  let dropoutRate: Double
  let facts: ZooFacts

  static let all: [EfficientNetArchitecture] = [
    network(
      0, 1.0, 1.0, 224, 0.2, (4_049_571, 5_330_571), (77.1, 93.3), "902e53a9f72be733fc0bcb005b3ebbac",
      "50bc09e76180e00e4465e1a485ddc09d"),
    network(
      1, 1.0, 1.1, 240, 0.2, (6_575_239, 7_856_239), (79.1, 94.4), "1d254153d4ab51201f1646940f018540",
      "74c4e6b3e1f6a1eea24c589628592432"),
    network(
      2, 1.1, 1.2, 260, 0.3, (7_768_569, 9_177_569), (80.1, 94.9), "b15cce36ff4dcbd00b6dd88e7857a6ad",
      "111f8e2ac8aa800a7a99e3239f7bfb39"),
    network(
      3, 1.2, 1.4, 300, 0.3, (10_783_535, 12_320_535), (81.6, 95.7), "ffd1fdc53d0ce67064dc6a9c7960ede0",
      "af6d107764bb5b1abb91932881670226"),
    network(
      4, 1.4, 1.8, 380, 0.4, (17_673_823, 19_466_823), (82.9, 96.4), "18c95ad55216b8f92d7e70b3a046e2fc",
      "ebc24e6d6c33eaebbd558eafbeedf1ba"),
    network(
      5, 1.6, 2.2, 456, 0.4, (28_513_527, 30_562_527), (83.6, 96.7), "ace28f2a6363774853a83a0b21b9421a",
      "38879255a25d3c92d5e44e04ae6cec6f"),
    network(
      6, 1.8, 2.6, 528, 0.5, (40_960_143, 43_265_143), (84.0, 96.8), "165f6e37dce68623721b423839de8be5",
      "9ecce42647a20130c1f39a5d4cb75743"),
    network(
      7, 2.0, 3.1, 600, 0.5, (64_097_687, 66_658_687), (84.3, 97.0), "8c03f828fec3ef71311cd463b6759d99",
      "cbcfe4450ddf6f3ad90b1b398090fe4a"),
  ]

  private static func network(
    _ number: Int, _ width: Double, _ depth: Double, _ side: Int, _ dropout: Double, _ parameters: (Int, Int),
    _ accuracy: (Double, Double), _ withTop: String, _ noTop: String
  ) -> EfficientNetArchitecture {
    let file = "efficientnetb\(number)"
    return EfficientNetArchitecture(
      width: width, depth: depth, dropoutRate: dropout,
      facts: ZooFacts(
        className: "EfficientNetB\(number)", name: "efficientnet-b\(number)", networkName: file, imageSize: side,
        parameters: parameters, accuracy: accuracy, lastStage: "block7a_expand_conv",
        noTop: .keras("keras-applications/", file + "_notop.h5", digest: noTop),
        withTop: .keras("keras-applications/", file + ".h5", digest: withTop)))
  }

  struct Block {
    let kernel: Int
    let repeats: Int
    let filtersIn: Double
    let filtersOut: Double
    let expansion: Int
    let stride: Int
  }

  static let blocks = [
    Block(kernel: 3, repeats: 1, filtersIn: 32, filtersOut: 16, expansion: 1, stride: 1),
    Block(kernel: 3, repeats: 2, filtersIn: 16, filtersOut: 24, expansion: 6, stride: 2),
    Block(kernel: 5, repeats: 2, filtersIn: 24, filtersOut: 40, expansion: 6, stride: 2),
    Block(kernel: 3, repeats: 3, filtersIn: 40, filtersOut: 80, expansion: 6, stride: 2),
    Block(kernel: 5, repeats: 3, filtersIn: 80, filtersOut: 112, expansion: 6, stride: 1),
    Block(kernel: 5, repeats: 4, filtersIn: 112, filtersOut: 192, expansion: 6, stride: 2),
    Block(kernel: 3, repeats: 1, filtersIn: 192, filtersOut: 320, expansion: 6, stride: 1),
  ]
  /// Where kernels begin.
  static let kernels = Initializer.varianceScaling(scale: 2, .truncatedNormal)
  /// Where the classifier's kernel begins.
  static let classifier = Initializer.varianceScaling(scale: 1.0 / 3, .uniform)
  /// The part of the last block that is dropped; earlier ones are dropped less.
  static let dropConnectRate = 0.2

  var preprocessing: Preprocessing { .none }

  func trunk(_ input: SymbolicTensor, isPretrained: Bool) -> SymbolicTensor {
    var x = Normalization()(Rescaling(scale: 1 / 255)(input))
    if isPretrained {
      // The published weights normalise by the variance where the deviation was meant; Keras divides once more.
      x = Rescaling(scale: [0.229, 0.224, 0.225].map { Float(1 / $0.squareRoot()) })(x)
    }
    x = x.padded(x.correctPadding(3), name: "stem_conv_pad")
    x = x.convolution(
      rounded(32), 3, strides: 2, useBias: false, initializer: Self.kernels, name: "stem_conv")
    x = x.normalized(name: "stem_bn").activated(.swish, name: "stem_activation")
    let total = Double(Self.blocks.reduce(0) { $0 + repeats($1) })
    var done = 0
    for (stage, block) in Self.blocks.enumerated() {
      for index in 0..<repeats(block) {
        x = self.block(
          x, block, filtersIn: rounded(index == 0 ? block.filtersIn : block.filtersOut),
          stride: index == 0 ? block.stride : 1, dropRate: Self.dropConnectRate * Double(done) / total,
          prefix: blockName(stage, index))
        done += 1
      }
    }
    return x.convolution(
      rounded(1280), 1, padding: .same, useBias: false, initializer: Self.kernels, name: "top_conv"
    ).normalized(name: "top_bn").activated(.swish, name: "top_activation")
  }

  private func block(
    _ input: SymbolicTensor, _ block: Block, filtersIn: Int, stride: Int, dropRate: Double, prefix: String
  ) -> SymbolicTensor {
    let filters = filtersIn * block.expansion
    let filtersOut = rounded(block.filtersOut)
    var x = input
    if block.expansion != 1 {
      x = x.convolution(
        filters, 1, padding: .same, useBias: false, initializer: Self.kernels, name: prefix + "expand_conv"
      ).normalized(name: prefix + "expand_bn").activated(.swish, name: prefix + "expand_activation")
    }
    if stride == 2 { x = x.padded(x.correctPadding(block.kernel), name: prefix + "dwconv_pad") }
    x = x.depthwise(
      Extent(block.kernel), strides: Extent(stride), padding: stride == 2 ? .valid : .same,
      initializer: Self.kernels, name: prefix + "dwconv"
    ).normalized(name: prefix + "bn").activated(.swish, name: prefix + "activation")
    x = x.squeezedAndExcited(filtersIn / 4, prefix: prefix)
    x = x.convolution(
      filtersOut, 1, padding: .same, useBias: false, initializer: Self.kernels, name: prefix + "project_conv"
    ).normalized(name: prefix + "project_bn")
    guard stride == 1, filtersIn == filtersOut else { return x }
    if dropRate > 0 { x = x.dropped(dropRate, noiseShape: [nil, 1, 1, 1], name: prefix + "drop") }
    return x.added(before: input, name: prefix + "add")
  }

  func top(_ features: SymbolicTensor, classes: Int, activation: Activation) -> SymbolicTensor {
    features.averaged(name: "avg_pool").dropped(dropoutRate, name: "top_dropout")
      .dense(classes, activation: activation, initializer: Self.classifier, name: "predictions")
  }

  private func rounded(_ filters: Double) -> Int { roundedChannels(filters * width) }
  private func repeats(_ block: Block) -> Int { Int((depth * Double(block.repeats)).rounded(.up)) }
}

/// `block2a_`: stages count from 1, blocks from a.
func blockName(_ stage: Int, _ index: Int) -> String {
  "block\(stage + 1)\(String(UnicodeScalar(UInt8(97 + index))))_"
}

extension SymbolicTensor {
  /// The picture with its channels weighed by what is in them, as EfficientNets do it.
  func squeezedAndExcited(_ squeezed: Int, prefix: String) -> SymbolicTensor {
    let kernels = EfficientNetArchitecture.kernels
    let gate = Reshape([1, 1, channels], name: prefix + "se_reshape")(averaged(name: prefix + "se_squeeze"))
      .convolution(
        max(1, squeezed), 1, padding: .same, activation: .swish, initializer: kernels, name: prefix + "se_reduce"
      ).convolution(
        channels, 1, padding: .same, activation: .sigmoid, initializer: kernels, name: prefix + "se_expand")
    return Multiply(name: prefix + "se_excite")([self, gate])
  }
}
