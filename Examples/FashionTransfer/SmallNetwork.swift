import Graft

/// A small network for pictures of 28×28: a convolution, three depthwise separable blocks, and 128 features.
enum SmallNetwork {
  /// Builds it with first weights drawn by Keras's initialisers from `RandomSeed.current`.
  static func make(classes: Int) -> Model {
    // Pictures arrive as RGB; that these are gray is the pictures' business.
    let pictures = Input(shape: [28, 28, 3], preprocessing: .scaledToMinusOneToOne, name: "pictures")
    var x = Conv2D(32, kernelSize: 3, padding: .same, useBias: false, name: "conv")(pictures)
    x = activated(x, "conv")
    x = block(x, filters: 64, strides: 2, "block_1")
    x = block(x, filters: 128, strides: 2, "block_2")
    x = block(x, filters: 128, strides: 1, "block_3")
    x = GlobalAveragePooling2D(name: "pool")(x)
    x = Dense(classes, activation: .softmax, name: "predictions")(x)
    return Model(inputs: pictures, outputs: x, name: "small_network")
  }

  private static func block(_ input: SymbolicTensor, filters: Int, strides: Extent, _ name: String) -> SymbolicTensor {
    var x = DepthwiseConv2D(
      kernelSize: 3, strides: strides, padding: .same, useBias: false, name: "\(name)_depthwise")(input)
    x = activated(x, "\(name)_depthwise")
    x = Conv2D(filters, kernelSize: 1, useBias: false, name: "\(name)_pointwise")(x)
    return activated(x, "\(name)_pointwise")
  }

  private static func activated(_ input: SymbolicTensor, _ name: String) -> SymbolicTensor {
    // Keras's momentum of 0.99 needs hundreds of steps until the moving statistics are right; few pictures are few steps.
    let x = BatchNormalization(momentum: 0.9, name: "\(name)_bn")(input)
    return ReLU(name: "\(name)_relu")(x)
  }
}
