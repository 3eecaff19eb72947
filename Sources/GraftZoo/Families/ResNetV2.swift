internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// ResNet 50 V2 (He et al., 2016), as keras.applications has it. Pictures enter as x / 127.5 − 1.
public let ResNet50V2 = Application(
  ResNetV2Architecture(
    50, [3, 4, 6, 3], (23_564_800, 25_613_800), (76.0, 93.0), "3ef43a0b657b3be2300d5770ece849e0",
    "fac2f116257151a9d068a22e544a4917"))
/// ResNet 101 V2, as keras.applications has it. Pictures enter as x / 127.5 − 1.
public let ResNet101V2 = Application(
  ResNetV2Architecture(
    101, [3, 4, 23, 3], (42_626_560, 44_675_560), (77.2, 93.8), "6343647c601c52e1368623803854d971",
    "c0ed64b8031c3730f411d2eb4eea35b5"))
/// ResNet 152 V2, as keras.applications has it. Pictures enter as x / 127.5 − 1.
public let ResNet152V2 = Application(
  ResNetV2Architecture(
    152, [3, 8, 36, 3], (58_331_648, 60_380_648), (78.0, 94.2), "a49b44d1979771252814e80f8ec446f9",
    "ed17cf2e0169df9d443503ef94b23b33"))

/// Keras's source: keras/src/applications/resnet.py, with `preact`.
struct ResNetV2Architecture: Architecture {
  let blocks: [Int]
  let facts: ZooFacts

  init(
    _ layers: Int, _ blocks: [Int], _ parameters: (Int, Int), _ accuracy: (Double, Double), _ withTop: String,
    _ noTop: String
  ) {
    self.blocks = blocks
    let file = "resnet\(layers)v2_weights_tf_dim_ordering_tf_kernels"
    facts = ZooFacts(
      className: "ResNet\(layers)V2", name: "resnet\(layers)-v2", networkName: "resnet\(layers)v2", imageSize: 224,
      parameters: parameters, accuracy: accuracy, lastStage: "conv5_block1_preact_bn",
      noTop: .keras(kerasFolder("resnet"), file + "_notop.h5", digest: noTop, licence: "BSD-3-Clause"),
      withTop: .keras(kerasFolder("resnet"), file + ".h5", digest: withTop, licence: "BSD-3-Clause"))
  }

  var preprocessing: Preprocessing { .scaledToMinusOneToOne }

  func trunk(_ input: SymbolicTensor, isPretrained: Bool) -> SymbolicTensor {
    var x = input.padded(Padding(all: 3), name: "conv1_pad").convolution(64, 7, strides: 2, name: "conv1_conv")
    x = x.padded(Padding(all: 1), name: "pool1_pad").maxPooled(3, strides: 2, name: "pool1_pool")
    for (stage, count) in blocks.enumerated() {
      for index in 1...count {
        // The last block of a stage halves the picture; the last stage keeps it.
        x = block(
          x, 64 << stage, stride: index == count && stage < 3 ? 2 : 1, hasConvolutionShortcut: index == 1,
          name: "conv\(stage + 2)_block\(index)")
      }
    }
    return ResNetArchitecture.normalized(x, "post_bn").activated(.relu, name: "post_relu")
  }

  private func block(
    _ input: SymbolicTensor, _ filters: Int, stride: Int, hasConvolutionShortcut: Bool, name: String
  ) -> SymbolicTensor {
    let preactivated = ResNetArchitecture.normalized(input, name + "_preact_bn")
      .activated(.relu, name: name + "_preact_relu")
    let shortcut =
      hasConvolutionShortcut
      ? preactivated.convolution(4 * filters, 1, strides: Extent(stride), name: name + "_0_conv")
      : stride > 1 ? input.maxPooled(1, strides: Extent(stride)) : input
    var x = preactivated.convolution(filters, 1, useBias: false, name: name + "_1_conv")
    x = ResNetArchitecture.normalized(x, name + "_1_bn").activated(.relu, name: name + "_1_relu")
    x = x.padded(Padding(all: 1), name: name + "_2_pad")
    x = x.convolution(filters, 3, strides: Extent(stride), useBias: false, name: name + "_2_conv")
    x = ResNetArchitecture.normalized(x, name + "_2_bn").activated(.relu, name: name + "_2_relu")
    return x.convolution(4 * filters, 1, name: name + "_3_conv").added(to: shortcut, name: name + "_out")
  }
}
