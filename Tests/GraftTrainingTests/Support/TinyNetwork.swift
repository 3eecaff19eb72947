import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport

/// A network in the manner of MobileNetV2 for pictures of 16×16: inverted residuals, normalisations after every convolution.
enum TinyNetwork {
  static let side = 16

  /// The network with the formula's weights; everything is trainable.
  ///
  /// - Parameter dropout: Before the last layer.
  static func make(dropout: Float = 0) throws -> Model {
    let input = Input(shape: [side, side, 3], preprocessing: .scaledToMinusOneToOne, name: "picture")
    var x = Conv2D(8, kernelSize: 3, strides: 2, padding: .same, useBias: false, name: "stem")(input)
    x = ReLU(maxValue: 6, name: "stem_relu")(normalized(x, "stem"))
    x = Add(name: "sum")([x, block(x, filters: 8, strides: 1, name: "first")])
    x = block(x, filters: 12, strides: 2, name: "second")
    x = Conv2D(32, kernelSize: 1, useBias: false, name: "last")(x)
    x = ReLU(maxValue: 6, name: "last_relu")(normalized(x, "last"))
    x = Dropout(dropout, name: "dropout")(GlobalAveragePooling2D(name: "pool")(x))
    let model = Model(inputs: input, outputs: Dense(3, activation: .softmax, name: "classes")(x))
    try model.assignFormulaWeights()
    return model
  }

  private static func normalized(_ x: SymbolicTensor, _ name: String) -> SymbolicTensor {
    BatchNormalization(momentum: 0.8, name: "\(name)_bn")(x)
  }

  private static func block(_ x: SymbolicTensor, filters: Int, strides: Int, name: String) -> SymbolicTensor {
    var y = Conv2D(24, kernelSize: 1, useBias: false, name: "\(name)_expand")(x)
    y = ReLU(maxValue: 6, name: "\(name)_expand_relu")(normalized(y, "\(name)_expand"))
    if strides == 2 { y = ZeroPadding2D(Padding(bottom: 1, right: 1), name: "\(name)_pad")(y) }
    y = DepthwiseConv2D(
      kernelSize: 3, strides: Extent(strides), padding: strides == 2 ? .valid : .same, useBias: false,
      name: "\(name)_depthwise")(y)
    y = ReLU(maxValue: 6, name: "\(name)_depthwise_relu")(normalized(y, "\(name)_depthwise"))
    y = Conv2D(filters, kernelSize: 1, useBias: false, name: "\(name)_project")(y)
    return normalized(y, "\(name)_project")
  }
}
