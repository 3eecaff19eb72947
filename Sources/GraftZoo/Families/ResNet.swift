internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// ResNet 50 (He et al., 2015), as keras.applications has it. Pictures enter in Caffe's way.
public let ResNet50 = Application(
  ResNetArchitecture(
    50, [3, 4, 6, 3], (23_587_712, 25_636_712), (74.9, 92.1), "2cb95161c43110f7111970584f804107",
    "4d473c1dd8becc155b73f8504c6f6626"))
/// ResNet 101, as keras.applications has it. Pictures enter in Caffe's way.
public let ResNet101 = Application(
  ResNetArchitecture(
    101, [3, 4, 23, 3], (42_658_176, 44_707_176), (76.4, 92.8), "f1aeb4b969a6efcfb50fad2f0c20cfc5",
    "88cf7a10940856eca736dc7b7e228a21"))
/// ResNet 152, as keras.applications has it. Pictures enter in Caffe's way.
public let ResNet152 = Application(
  ResNetArchitecture(
    152, [3, 8, 36, 3], (58_370_944, 60_419_944), (76.6, 93.1), "100835be76be38e30d865e96f2aaae62",
    "ee4c566cf9a93f14d82f913c2dc6dd0c"))

/// Keras's source: keras/src/applications/resnet.py.
struct ResNetArchitecture: Architecture {
  let blocks: [Int]
  let facts: ZooFacts

  init(
    _ layers: Int, _ blocks: [Int], _ parameters: (Int, Int), _ accuracy: (Double, Double), _ withTop: String,
    _ noTop: String
  ) {
    self.blocks = blocks
    let file = "resnet\(layers)_weights_tf_dim_ordering_tf_kernels"
    facts = ZooFacts(
      className: "ResNet\(layers)", name: "resnet\(layers)", networkName: "resnet\(layers)", imageSize: 224,
      parameters: parameters, accuracy: accuracy, lastStage: "conv5_block1_1_conv",
      noTop: .keras(kerasFolder("resnet"), file + "_notop.h5", digest: noTop, licence: "MIT"),
      withTop: .keras(kerasFolder("resnet"), file + ".h5", digest: withTop, licence: "MIT"))
  }

  var preprocessing: Preprocessing { .caffe }

  func trunk(_ input: SymbolicTensor, isPretrained: Bool) -> SymbolicTensor {
    var x = input.padded(Padding(all: 3), name: "conv1_pad").convolution(64, 7, strides: 2, name: "conv1_conv")
    x = Self.normalized(x, "conv1_bn").activated(.relu, name: "conv1_relu")
    x = x.padded(Padding(all: 1), name: "pool1_pad").maxPooled(3, strides: 2, name: "pool1_pool")
    for (stage, count) in blocks.enumerated() {
      for index in 1...count {
        x = block(
          x, 64 << stage, stride: stage > 0 && index == 1 ? 2 : 1, hasConvolutionShortcut: index == 1,
          name: "conv\(stage + 2)_block\(index)")
      }
    }
    return x
  }

  private func block(
    _ input: SymbolicTensor, _ filters: Int, stride: Int, hasConvolutionShortcut: Bool, name: String
  ) -> SymbolicTensor {
    var shortcut = input
    if hasConvolutionShortcut {
      shortcut = input.convolution(4 * filters, 1, strides: Extent(stride), name: name + "_0_conv")
      shortcut = Self.normalized(shortcut, name + "_0_bn")
    }
    var x = input.convolution(filters, 1, strides: Extent(stride), name: name + "_1_conv")
    x = Self.normalized(x, name + "_1_bn").activated(.relu, name: name + "_1_relu")
    x = x.convolution(filters, 3, padding: .same, name: name + "_2_conv")
    x = Self.normalized(x, name + "_2_bn").activated(.relu, name: name + "_2_relu")
    x = Self.normalized(x.convolution(4 * filters, 1, name: name + "_3_conv"), name + "_3_bn")
    return x.added(to: shortcut, name: name + "_add").activated(.relu, name: name + "_out")
  }

  /// A normalisation as ResNets, their second version and DenseNets have it.
  static func normalized(_ x: SymbolicTensor, _ name: String) -> SymbolicTensor {
    x.normalized(epsilon: 1.001e-5, name: name)
  }
}
