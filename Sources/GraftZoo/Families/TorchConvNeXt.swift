internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// ConvNeXt Tiny (Liu et al., 2022) as torchvision has it, or timm if a file's names are timm's. Pictures enter in torch's way.
///
/// The last normalisation belongs to the features: without a top it follows the pooling, as in Keras.
public let TorchConvNeXtTiny = Application(torchConvNeXts[0])
/// ConvNeXt Small as torchvision has it, or timm.
public let TorchConvNeXtSmall = Application(torchConvNeXts[1])
/// ConvNeXt Base as torchvision has it, or timm.
public let TorchConvNeXtBase = Application(torchConvNeXts[2])
/// ConvNeXt Large as torchvision has it, or timm.
public let TorchConvNeXtLarge = Application(torchConvNeXts[3])

let torchConvNeXts: [TorchConvNeXtArchitecture] = [
  TorchConvNeXtArchitecture("Tiny", 96, 9, 0.1, (27_820_128, 28_589_128), (82.5, 96.1), "983f1562"),
  TorchConvNeXtArchitecture("Small", 96, 27, 0.4, (49_454_688, 50_223_688), (83.6, 96.7), "0c510722"),
  TorchConvNeXtArchitecture("Base", 128, 27, 0.5, (87_566_464, 88_591_464), (84.1, 96.9), "6075fbad"),
  TorchConvNeXtArchitecture("Large", 192, 27, 0.5, (196_230_336, 197_767_336), (84.4, 97.0), "ea097f82"),
]

/// Sources: torchvision/models/convnext.py, timm/models/convnext.py.
struct TorchConvNeXtArchitecture: TorchArchitecture {
  let facts: ZooFacts
  var origin = TorchOrigin(publisher: .torchvision)
  private let width: Int
  private let depths: [Int]
  private let dropPathRate: Double

  init(
    _ size: String, _ width: Int, _ depth: Int, _ dropPathRate: Double, _ parameters: (Int, Int),
    _ accuracy: (Double, Double), _ digits: String
  ) {
    self.width = width
    depths = [3, 3, depth, 3]
    self.dropPathRate = dropPathRate
    let name = "convnext_" + size.lowercased()
    facts = ZooFacts(
      className: "TorchConvNeXt" + size, name: "torch-convnext-" + size.lowercased(), networkName: name,
      imageSize: 224, parameters: parameters, accuracy: accuracy, lastStage: "features.7.0.block.0",
      file: .torchvision("\(name)-\(digits).pth"))
  }

  var preprocessing: Preprocessing { .torch }
  var publishers: [TorchPublisher] { [.torchvision, .timm] }
  func topPaths(_ publisher: TorchPublisher) -> [String] { [publisher == .timm ? "head.fc" : "classifier.2"] }

  func paths(_ publisher: TorchPublisher) -> [(layer: String, path: String)] {
    let stages = depths.indices.flatMap { stage in
      (0..<2).map { ("features.\(2 * stage).\($0)", stage == 0 ? "stem.\($0)" : "stages.\(stage).downsample.\($0)") }
        + (0..<depths[stage]).flatMap { index in
          let (ours, timms) = ("features.\(2 * stage + 1).\(index).", "stages.\(stage).blocks.\(index).")
          return [
            (ours + "block.0", timms + "conv_dw"), (ours + "block.2", timms + "norm"),
            (ours + "block.3", timms + "mlp.fc1"), (ours + "block.5", timms + "mlp.fc2"),
            (ours + "layer_scale", timms + "gamma"),
          ]
        }
    }
    let all = stages + [("classifier.0", "head.norm"), ("classifier.2", "head.fc")]
    return all.map { ($0.0, publisher == .timm ? $0.1 : $0.0) }
  }

  func trunk(_ input: SymbolicTensor, isPretrained: Bool) -> SymbolicTensor {
    var x = input
    var place = 0
    let count = depths.reduce(0, +)
    for stage in depths.indices {
      let (filters, name) = (width << stage, "features.\(2 * stage).")
      if stage == 0 {
        x = normalized(x.convolution(filters, 4, strides: 4, name: name + "0"), name + "1")
      } else {
        x = normalized(x, name + "0").convolution(filters, 2, strides: 2, name: name + "1")
      }
      for index in 0..<depths[stage] {
        let rate = dropPathRate * Double(place) / Double(count - 1)
        x = block(x, "features.\(2 * stage + 1).\(index).", dropRate: origin.publisher.isTimm ? 0 : rate)
        place += 1
      }
    }
    return x
  }

  private func block(_ input: SymbolicTensor, _ name: String, dropRate: Double) -> SymbolicTensor {
    var x = DepthwiseConv2D(kernelSize: 7, padding: .same, name: name + "block.0")(input)
    x = normalized(x, name + "block.2")
    x = x.dense(4 * input.channels, name: name + "block.3").activated(.gelu, name: name + "block.4")
    x = x.dense(input.channels, name: name + "block.5")
    x = LayerScale(1e-6, projectionDimension: input.channels, name: name + "layer_scale")(x)
    if dropRate > 0 { x = x.dropped(dropRate, noiseShape: [nil, 1, 1, 1], name: name + "stochastic_depth") }
    return x.added(before: input, name: name + "add")
  }

  private func normalized(_ x: SymbolicTensor, _ name: String) -> SymbolicTensor {
    LayerNormalization(epsilon: 1e-6, name: name)(x)
  }

  func top(_ features: SymbolicTensor, classes: Int, activation: Activation) -> SymbolicTensor {
    normalized(features.averaged(name: "avgpool"), "classifier.0")
      .dense(classes, activation: activation, name: "classifier.2")
  }

  func bottom(_ features: SymbolicTensor, pooling: FeaturePooling?) -> SymbolicTensor {
    normalized(pooling.map { $0.layer()(features) } ?? features, "classifier.0")
  }
}
