internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// VGG 16 (Simonyan & Zisserman, 2014), as keras.applications has it. Pictures enter in Caffe's way.
public let VGG16 = Application(
  VGGArchitecture(
    16, [2, 2, 3, 3, 3], (14_714_688, 138_357_544), (71.3, 90.1), "64373286793e3c8b2b4e3219cbf3544b",
    "6d6bbae143d832006294945121d1f1fc"))
/// VGG 19, as keras.applications has it. Pictures enter in Caffe's way.
public let VGG19 = Application(
  VGGArchitecture(
    19, [2, 2, 4, 4, 4], (20_024_384, 143_667_240), (71.3, 90.0), "cbe5617147190e668d6c5d5026f83318",
    "253f8cb515780f3b799900260a226db6"))

/// Keras's sources: keras/src/applications/vgg16.py and vgg19.py.
struct VGGArchitecture: Architecture {
  let blocks: [Int]
  let facts: ZooFacts

  init(
    _ layers: Int, _ blocks: [Int], _ parameters: (Int, Int), _ accuracy: (Double, Double), _ withTop: String,
    _ noTop: String
  ) {
    self.blocks = blocks
    let file = "vgg\(layers)_weights_tf_dim_ordering_tf_kernels"
    facts = ZooFacts(
      className: "VGG\(layers)", name: "vgg\(layers)", networkName: "vgg\(layers)", imageSize: 224,
      parameters: parameters, accuracy: accuracy, lastStage: "block5_conv1",
      noTop: .keras(kerasFolder("vgg\(layers)"), file + "_notop.h5", digest: noTop, licence: "CC-BY-4.0"),
      withTop: .keras(kerasFolder("vgg\(layers)"), file + ".h5", digest: withTop, licence: "CC-BY-4.0"))
  }

  var preprocessing: Preprocessing { .caffe }

  func trunk(_ input: SymbolicTensor, isPretrained: Bool) -> SymbolicTensor {
    var x = input
    for (index, count) in blocks.enumerated() {
      let name = "block\(index + 1)_"
      for layer in 1...count {
        x = x.convolution(
          min(64 << index, 512), 3, padding: .same, activation: .relu, name: "\(name)conv\(layer)")
      }
      x = x.maxPooled(2, strides: 2, name: name + "pool")
    }
    return x
  }

  func top(_ features: SymbolicTensor, classes: Int, activation: Activation) -> SymbolicTensor {
    Flatten(name: "flatten")(features).dense(4096, activation: .relu, name: "fc1")
      .dense(4096, activation: .relu, name: "fc2").dense(classes, activation: activation, name: "predictions")
  }

  func bottom(_ features: SymbolicTensor, pooling: FeaturePooling?) -> SymbolicTensor {
    pooling.map { $0.layer()(features) } ?? features
  }
}
