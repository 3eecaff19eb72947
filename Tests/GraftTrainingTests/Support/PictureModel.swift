import GraftCore
import GraftGraph
import GraftImages
import GraftLayers
import GraftTestSupport

@testable import GraftTraining

/// A small convolutional base with a head, all with the formula's weights; the base is frozen.
struct PictureModel {
  static let side = 16

  let base: Model
  let model: Model

  init(side: Int = Self.side) throws {
    let input = Input(shape: [side, side, 3], preprocessing: .scaledToMinusOneToOne, name: "picture")
    var x = Conv2D(8, kernelSize: 3, strides: 2, padding: .same, useBias: false, name: "conv")(input)
    x = BatchNormalization(name: "conv_bn")(x)
    x = ReLU(maxValue: 6, name: "conv_relu")(x)
    x = GlobalAveragePooling2D(name: "pool")(x)
    base = Model(inputs: input, outputs: x, name: "base")
    model = Model(inputs: input, outputs: try Self.head(x))
    try base.assignFormulaWeights()
    base.isTrainable = false
  }

  /// The head alone, on features.
  static func headAlone() throws -> Model {
    let input = Input(shape: [8])
    return Model(inputs: input, outputs: try head(input))
  }

  private static func head(_ features: SymbolicTensor) throws -> SymbolicTensor {
    let hidden = Dense(16, activation: .relu, name: "hidden")
    let classes = Dense(3, activation: .softmax, name: "classes")
    let result = classes(hidden(features))
    for layer in [hidden, classes] { try layer.assignFormulaWeights() }
    return result
  }
}

/// The class indices of pictures as one-hot rows.
func oneHot(_ images: ImageSet) throws -> Tensor {
  try Targets(
    classIndices: images.files.map(\.classIndex), classes: images.classNames.count, loss: .categoricalCrossentropy
  ).tensor
}
