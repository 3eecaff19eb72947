internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// Inception-ResNet V2 (Szegedy et al., 2016), as keras.applications has it. Pictures enter as x / 127.5 − 1.
public let InceptionResNetV2 = Application(InceptionResNetV2Architecture())

/// Keras's source: keras/src/applications/inception_resnet_v2.py.
struct InceptionResNetV2Architecture: Architecture {
  let facts = ZooFacts(
    className: "InceptionResNetV2", name: "inception-resnet-v2", networkName: "inception_resnet_v2", imageSize: 299,
    parameters: (54_336_736, 55_873_736), accuracy: (80.3, 95.3), lastStage: "mixed_7a",
    noTop: .keras(
      kerasFolder("inception_resnet_v2"), "inception_resnet_v2_weights_tf_dim_ordering_tf_kernels_notop.h5",
      digest: "d19885ff4a710c122648d3b5c3b684e4"),
    withTop: .keras(
      kerasFolder("inception_resnet_v2"), "inception_resnet_v2_weights_tf_dim_ordering_tf_kernels.h5",
      digest: "e693bd0210a403b3192acc6073ad2e96"))

  var preprocessing: Preprocessing { .scaledToMinusOneToOne }
  var minimumSide: Int { 75 }

  func trunk(_ input: SymbolicTensor, isPretrained: Bool) -> SymbolicTensor {
    var x = input.inception(32, 3, strides: 2, padding: .valid).inception(32, 3, padding: .valid).inception(64, 3)
    x = x.maxPooled(3, strides: 2).inception(80, 1, padding: .valid).inception(192, 3, padding: .valid)
    x = x.maxPooled(3, strides: 2)
    x = concatenated(
      [
        x.inception(96, 1), x.inception(48, 1).inception(64, 5), x.inception(64, 1).inception(96, 3).inception(96, 3),
        x.averagePooled(3, strides: 1, padding: .same).inception(64, 1),
      ], "mixed_5b")
    for index in 1...10 {
      x = residual(x, scale: 0.17, "block35_\(index)") {
        [
          $0.inception(32, 1), $0.inception(32, 1).inception(32, 3),
          $0.inception(32, 1).inception(48, 3).inception(64, 3),
        ]
      }
    }
    x = concatenated(
      [
        x.inception(384, 3, strides: 2, padding: .valid),
        x.inception(256, 1).inception(256, 3).inception(384, 3, strides: 2, padding: .valid),
        x.maxPooled(3, strides: 2),
      ], "mixed_6a")
    for index in 1...20 {
      x = residual(x, scale: 0.1, "block17_\(index)") {
        [
          $0.inception(192, 1),
          $0.inception(128, 1).inception(160, Extent(height: 1, width: 7)).inception(192, Extent(height: 7, width: 1)),
        ]
      }
    }
    x = concatenated(
      [
        x.inception(256, 1).inception(384, 3, strides: 2, padding: .valid),
        x.inception(256, 1).inception(288, 3, strides: 2, padding: .valid),
        x.inception(256, 1).inception(288, 3).inception(320, 3, strides: 2, padding: .valid),
        x.maxPooled(3, strides: 2),
      ], "mixed_7a")
    for index in 1...10 {
      x = residual(x, scale: index < 10 ? 0.2 : 1, isRectified: index < 10, "block8_\(index)") {
        [
          $0.inception(192, 1),
          $0.inception(192, 1).inception(224, Extent(height: 1, width: 3)).inception(256, Extent(height: 3, width: 1)),
        ]
      }
    }
    return x.convolution(1536, 1, padding: .same, useBias: false, name: "conv_7b")
      .normalized(scale: false, name: "conv_7b_bn").activated(.relu, name: "conv_7b_ac")
  }

  /// x + scale · what the branches make of it.
  private func residual(
    _ x: SymbolicTensor, scale: Float, isRectified: Bool = true, _ name: String,
    branches: (SymbolicTensor) -> [SymbolicTensor]
  ) -> SymbolicTensor {
    let mixed = concatenated(branches(x), name + "_mixed")
    let up = mixed.convolution(x.channels, 1, padding: .same, name: name + "_conv")
    let sum = CustomScaleLayer(scale)([x, up])
    return isRectified ? sum.activated(.relu, name: name + "_ac") : sum
  }

  private func concatenated(_ branches: [SymbolicTensor], _ name: String) -> SymbolicTensor {
    Concatenate(axis: 3, name: name)(branches)
  }

  func bottom(_ features: SymbolicTensor, pooling: FeaturePooling?) -> SymbolicTensor {
    pooling.map { $0.layer()(features) } ?? features
  }
}
