internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// Inception V3 (Szegedy et al., 2015), as keras.applications has it. Pictures enter as x / 127.5 − 1.
public let InceptionV3 = Application(InceptionV3Architecture())

/// Keras's source: keras/src/applications/inception_v3.py.
struct InceptionV3Architecture: Architecture {
  let facts = ZooFacts(
    className: "InceptionV3", name: "inception-v3", networkName: "inception_v3", imageSize: 299,
    parameters: (21_802_784, 23_851_784), accuracy: (77.9, 93.7), lastStage: "mixed8",
    noTop: .keras(
      kerasFolder("inception_v3"), "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
      digest: "bcbd6486424b2319ff4ef7d526e38f63"),
    withTop: .keras(
      kerasFolder("inception_v3"), "inception_v3_weights_tf_dim_ordering_tf_kernels.h5",
      digest: "9a0d58056eeedaa3f26cb7ebd46da564"))

  var preprocessing: Preprocessing { .scaledToMinusOneToOne }
  var minimumSide: Int { 75 }

  func trunk(_ input: SymbolicTensor, isPretrained: Bool) -> SymbolicTensor {
    var x = input.inception(32, 3, strides: 2, padding: .valid).inception(32, 3, padding: .valid).inception(64, 3)
    x = x.maxPooled(3, strides: 2).inception(80, 1, padding: .valid).inception(192, 3, padding: .valid)
    x = x.maxPooled(3, strides: 2)
    for (index, filters) in [32, 64, 64].enumerated() { x = wide(x, pooled: filters, name: "mixed\(index)") }
    x = narrowing(x)
    for (index, filters) in [128, 160, 160, 192].enumerated() {
      x = crossed(x, filters, name: "mixed\(4 + index)")
    }
    x = narrowingCrossed(x)
    for index in 0..<2 { x = forked(x, index) }
    return x
  }

  /// 1×1, 5×5 and twice 3×3 side by side.
  private func wide(_ x: SymbolicTensor, pooled: Int, name: String) -> SymbolicTensor {
    let single = x.inception(64, 1)
    let five = x.inception(48, 1).inception(64, 5)
    let double = x.inception(64, 1).inception(96, 3).inception(96, 3)
    return concatenated([single, five, double, averaged(x, pooled)], name)
  }

  private func narrowing(_ x: SymbolicTensor) -> SymbolicTensor {
    let single = x.inception(384, 3, strides: 2, padding: .valid)
    let double = x.inception(64, 1).inception(96, 3).inception(96, 3, strides: 2, padding: .valid)
    return concatenated([single, double, x.maxPooled(3, strides: 2)], "mixed3")
  }

  /// 7×7 as rows and columns.
  private func crossed(_ x: SymbolicTensor, _ filters: Int, name: String) -> SymbolicTensor {
    let (row, column) = (Extent(height: 1, width: 7), Extent(height: 7, width: 1))
    let single = x.inception(192, 1)
    let seven = x.inception(filters, 1).inception(filters, row).inception(192, column)
    let double = x.inception(filters, 1).inception(filters, column).inception(filters, row)
      .inception(filters, column).inception(192, row)
    return concatenated([single, seven, double, averaged(x, 192)], name)
  }

  private func narrowingCrossed(_ x: SymbolicTensor) -> SymbolicTensor {
    let single = x.inception(192, 1).inception(320, 3, strides: 2, padding: .valid)
    let seven = x.inception(192, 1).inception(192, Extent(height: 1, width: 7))
      .inception(192, Extent(height: 7, width: 1)).inception(192, 3, strides: 2, padding: .valid)
    return concatenated([single, seven, x.maxPooled(3, strides: 2)], "mixed8")
  }

  /// 3×3 as rows beside columns.
  private func forked(_ x: SymbolicTensor, _ index: Int) -> SymbolicTensor {
    let (row, column) = (Extent(height: 1, width: 3), Extent(height: 3, width: 1))
    let single = x.inception(320, 1)
    let three = x.inception(384, 1)
    let fork = concatenated([three.inception(384, row), three.inception(384, column)], "mixed9_\(index)")
    let double = x.inception(448, 1).inception(384, 3)
    let doubleFork = concatenated([double.inception(384, row), double.inception(384, column)], nil)
    return concatenated([single, fork, doubleFork, averaged(x, 192)], "mixed\(9 + index)")
  }

  private func averaged(_ x: SymbolicTensor, _ filters: Int) -> SymbolicTensor {
    x.averagePooled(3, strides: 1, padding: .same).inception(filters, 1)
  }

  private func concatenated(_ branches: [SymbolicTensor], _ name: String?) -> SymbolicTensor {
    Concatenate(axis: 3, name: name)(branches)
  }

  func bottom(_ features: SymbolicTensor, pooling: FeaturePooling?) -> SymbolicTensor {
    pooling.map { $0.layer()(features) } ?? features
  }
}

extension SymbolicTensor {
  /// Convolution, normalisation without a scale, rectifier; unnamed, as both Inceptions have them.
  func inception(
    _ filters: Int, _ kernelSize: Extent, strides: Extent = 1, padding: ConvolutionPadding = .same
  ) -> SymbolicTensor {
    convolution(filters, kernelSize, strides: strides, padding: padding, useBias: false)
      .normalized(scale: false).activated(.relu)
  }
}
