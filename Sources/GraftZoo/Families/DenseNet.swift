internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// DenseNet 121 (Huang et al., 2016), as keras.applications has it. Pictures enter in Torch's way.
public let DenseNet121 = Application(
  DenseNetArchitecture(
    121, [6, 12, 24, 16], (7_037_504, 8_062_504), (75.0, 92.3), "9d60b8095a5708f2dcce2bca79d332c7",
    "30ee3e1110167f948a6b9946edeeb738"))
/// DenseNet 169, as keras.applications has it. Pictures enter in Torch's way.
public let DenseNet169 = Application(
  DenseNetArchitecture(
    169, [6, 12, 32, 32], (12_642_880, 14_307_880), (76.2, 93.2), "d699b8f76981ab1b30698df4c175e90b",
    "b8c4d4c20dd625c148057b9ff1c1176b"))
/// DenseNet 201, as keras.applications has it. Pictures enter in Torch's way.
public let DenseNet201 = Application(
  DenseNetArchitecture(
    201, [6, 12, 48, 32], (18_321_984, 20_242_984), (77.3, 93.6), "1ceb130c1ea1b78c3bf6114dbdfd8807",
    "c13680b51ded0fb44dff2d8f86ac8bb1"))

/// Keras's source: keras/src/applications/densenet.py.
struct DenseNetArchitecture: Architecture {
  let blocks: [Int]
  let facts: ZooFacts

  init(
    _ layers: Int, _ blocks: [Int], _ parameters: (Int, Int), _ accuracy: (Double, Double), _ withTop: String,
    _ noTop: String
  ) {
    self.blocks = blocks
    let file = "densenet\(layers)_weights_tf_dim_ordering_tf_kernels"
    facts = ZooFacts(
      className: "DenseNet\(layers)", name: "densenet\(layers)", networkName: "densenet\(layers)", imageSize: 224,
      parameters: parameters, accuracy: accuracy, lastStage: "conv5_block1_0_bn",
      noTop: .keras(kerasFolder("densenet"), file + "_notop.h5", digest: noTop, licence: "BSD-3-Clause"),
      withTop: .keras(kerasFolder("densenet"), file + ".h5", digest: withTop, licence: "BSD-3-Clause"))
  }

  var preprocessing: Preprocessing { .torch }

  func trunk(_ input: SymbolicTensor, isPretrained: Bool) -> SymbolicTensor {
    var x = input.padded(Padding(all: 3)).convolution(64, 7, strides: 2, useBias: false, name: "conv1_conv")
    x = activated(x, "conv1_bn", "conv1_relu")
    x = x.padded(Padding(all: 1)).maxPooled(3, strides: 2, name: "pool1")
    for (stage, count) in blocks.enumerated() {
      if stage > 0 { x = transition(x, "pool\(stage + 1)") }
      for index in 1...count { x = block(x, "conv\(stage + 2)_block\(index)") }
    }
    return activated(x, "bn", "relu")
  }

  private func transition(_ input: SymbolicTensor, _ name: String) -> SymbolicTensor {
    activated(input, name + "_bn", name + "_relu")
      .convolution(input.channels / 2, 1, useBias: false, name: name + "_conv")
      .averagePooled(2, strides: 2, name: name + "_pool")
  }

  private func block(_ input: SymbolicTensor, _ name: String) -> SymbolicTensor {
    var x = activated(input, name + "_0_bn", name + "_0_relu")
    x = x.convolution(4 * 32, 1, useBias: false, name: name + "_1_conv")
    x = activated(x, name + "_1_bn", name + "_1_relu")
    x = x.convolution(32, 3, padding: .same, useBias: false, name: name + "_2_conv")
    return Concatenate(axis: 3, name: name + "_concat")([input, x])
  }

  private func activated(_ x: SymbolicTensor, _ normalization: String, _ name: String) -> SymbolicTensor {
    ResNetArchitecture.normalized(x, normalization).activated(.relu, name: name)
  }
}
