internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// ConvNeXt Tiny (Liu et al., 2022), as keras.applications has it.
public let ConvNeXtTiny = PreprocessingApplication { ConvNeXtArchitecture(.tiny, $0) }
/// ConvNeXt Small, as keras.applications has it.
public let ConvNeXtSmall = PreprocessingApplication { ConvNeXtArchitecture(.small, $0) }
/// ConvNeXt Base, as keras.applications has it.
public let ConvNeXtBase = PreprocessingApplication { ConvNeXtArchitecture(.base, $0) }
/// ConvNeXt Large, as keras.applications has it.
public let ConvNeXtLarge = PreprocessingApplication { ConvNeXtArchitecture(.large, $0) }
/// ConvNeXt XLarge, as keras.applications has it.
public let ConvNeXtXLarge = PreprocessingApplication { ConvNeXtArchitecture(.xlarge, $0) }

/// Keras's source: keras/src/applications/convnext.py. Layers keep Keras's default names, whatever the network is called.
struct ConvNeXtArchitecture: Architecture {
  enum Variant: String { case tiny, small, base, large, xlarge }

  let variant: Variant
  let includePreprocessing: Bool

  init(_ variant: Variant, _ includePreprocessing: Bool) {
    self.variant = variant
    self.includePreprocessing = includePreprocessing
  }

  private var depths: [Int] { [3, 3, variant == .tiny ? 9 : 27, 3] }

  private var width: Int {
    switch variant {
    case .tiny, .small: 96
    case .base: 128
    case .large: 192
    case .xlarge: 256
    }
  }

  var facts: ZooFacts {
    switch variant {
    case .tiny:
      facts(
        "Tiny", (27_820_128, 28_589_128), 81.3, "8ae6e78ce2933352b1ef4008e6dd2f17bc40771563877d156bc6426c7cf503ff",
        "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1")
    case .small:
      facts(
        "Small", (49_454_688, 50_223_688), 82.3, "ce1277d8f1ee5a0ef0e171469089c18f5233860ceaf9b168049cb9263fd7483c",
        "6fc8009faa2f00c1c1dfce59feea9b0745eb260a7dd11bee65c8e20843da6eab")
    case .base:
      facts(
        "Base", (87_566_464, 88_591_464), 85.3, "52cbb006d3dadd03f6e095a8ca1aca47aecdd75acb4bc74bce1f5c695d0086e6",
        "40a20c5548a5e9202f69735ecc06c990e6b7c9d2de39f0361e27baeb24cb7c45")
    case .large:
      facts(
        "Large", (196_230_336, 197_767_336), 86.3, "070c5ed9ed289581e477741d3b34beffa920db8cf590899d6d2c67fba2a198a6",
        "96f02b6f0753d4f543261bc9d09bed650f24dd6bc02ddde3066135b63d23a1cd")
    case .xlarge:
      facts(
        "XLarge", (348_147_968, 350_196_968), 86.7, "c1f5ccab661354fc3a79a10fa99af82f0fbf10ec65cb894a3ae0815f17a889ee",
        "de3f8a54174130e0cecdc71583354753d557fcf1f4487331558e2a16ba0cfe05")
    }
  }

  private func facts(
    _ size: String, _ parameters: (Int, Int), _ accuracy: Double, _ withTop: String, _ noTop: String
  ) -> ZooFacts {
    let file = "convnext_\(variant)"
    return ZooFacts(
      className: "ConvNeXt" + size, name: "convnext-\(variant)", networkName: file, imageSize: 224,
      parameters: parameters, accuracy: (accuracy, nil), lastStage: file + "_stage_3_block_0_depthwise_conv",
      noTop: .keras(kerasFolder("convnext"), file + "_notop.h5", digest: noTop, licence: "MIT"),
      withTop: .keras(kerasFolder("convnext"), file + ".h5", digest: withTop, licence: "MIT"))
  }

  var preprocessing: Preprocessing { includePreprocessing ? .none : .torch }

  func trunk(_ input: SymbolicTensor, isPretrained: Bool) -> SymbolicTensor {
    let name = facts.networkName
    var x = input
    if includePreprocessing, input.channels == 3 {
      let deviations = [0.229, 0.224, 0.225].map { $0 * 255 }
      x = Normalization(
        mean: [0.485, 0.456, 0.406].map { Float($0 * 255) }, variance: deviations.map { Float($0 * $0) },
        name: name + "_prestem_normalization")(x)
    }
    for stage in 0..<4 {
      x = downsampled(x, stage, name)
      for index in 0..<depths[stage] { x = block(x, "\(name)_stage_\(stage)_block_\(index)") }
    }
    return x
  }

  /// A model of its own, as in Keras.
  private func downsampled(_ x: SymbolicTensor, _ stage: Int, _ name: String) -> SymbolicTensor {
    let filters = width << stage
    guard stage > 0 else {
      return Sequential(
        [
          Conv2D(filters, kernelSize: 4, strides: 4, name: name + "_stem_conv"),
          LayerNormalization(epsilon: 1e-6, name: name + "_stem_layernorm"),
        ], inputShape: x.shape, name: name + "_stem")(x)
    }
    return Sequential(
      [
        LayerNormalization(epsilon: 1e-6, name: "\(name)_downsampling_layernorm_\(stage - 1)"),
        Conv2D(filters, kernelSize: 2, strides: 2, name: "\(name)_downsampling_conv_\(stage - 1)"),
      ], inputShape: x.shape, name: "\(name)_downsampling_block_\(stage - 1)")(x)
  }

  private func block(_ input: SymbolicTensor, _ name: String) -> SymbolicTensor {
    let filters = input.channels
    var x = input.convolution(filters, 7, padding: .same, groups: filters, name: name + "_depthwise_conv")
    x = LayerNormalization(epsilon: 1e-6, name: name + "_layernorm")(x)
    x = x.dense(4 * filters, name: name + "_pointwise_conv_1").activated(.gelu, name: name + "_gelu")
    x = x.dense(filters, name: name + "_pointwise_conv_2")
    x = LayerScale(1e-6, projectionDimension: filters, name: name + "_layer_scale")(x)
    // Keras's rates of stochastic depth are all 0 here: what stands in its place changes nothing.
    return x.activated(.linear, name: name + "_identity").added(to: input)
  }

  func top(_ features: SymbolicTensor, classes: Int, activation: Activation) -> SymbolicTensor {
    let name = facts.networkName + "_head_"
    let x = LayerNormalization(epsilon: 1e-6, name: name + "layernorm")(features.averaged(name: name + "gap"))
    return x.dense(classes, activation: activation, name: name + "dense")
  }

  func bottom(_ features: SymbolicTensor, pooling: FeaturePooling?) -> SymbolicTensor {
    LayerNormalization(epsilon: 1e-6)(pooling.map { $0.layer()(features) } ?? features)
  }
}
