import Foundation
import GraftCore
import GraftFormats
import GraftGraph
import GraftLayers

/// Writes the small files of formats that Graft itself writes: `graft-fuzz seeds ROOT`.
enum Seeds {
  static func write(root: String) throws {
    let corpus = root + "/Tests/Fuzz/corpus"
    for name in ["tflite", "savedmodel"] {
      try FileManager.default.createDirectory(atPath: "\(corpus)/\(name)", withIntermediateDirectories: true)
    }
    for (name, model) in [("convolutions", convolutions()), ("dense", dense()), ("others", others())] {
      try TFLiteFile.write(model, classNames: ["a", "b"], to: "\(corpus)/tflite/\(name)")
      let folder = "\(corpus)/model"
      try SavedModelFile.write(model, classNames: ["a", "b"], to: folder)
      try Data(Corpus.bytes(folder + "/saved_model.pb")).write(to: URL(filePath: "\(corpus)/savedmodel/\(name)"))
      try FileManager.default.removeItem(atPath: folder)
    }
  }

  private static func convolutions() -> Model {
    let input = Input(shape: [8, 8, 3], name: "pictures")
    var x = Conv2D(4, kernelSize: 3, strides: 2, padding: .same, activation: .relu6, name: "conv")(input)
    x = Add(name: "add")([x, DepthwiseConv2D(kernelSize: 3, padding: .same, activation: .swish, name: "depthwise")(x)])
    x = MaxPooling2D(poolSize: 2, name: "pool")(
      ZeroPadding2D(Padding(top: 1, bottom: 1, left: 1, right: 1), name: "pad")(x))
    x = Multiply(name: "gate")([x, GlobalAveragePooling2D(keepDimensions: true, name: "squeeze")(x)])
    x = Concatenate(name: "join")([x, LayerNormalization(name: "ln")(x)])
    x = GlobalAveragePooling2D(name: "mean")(x)
    return Model(inputs: input, outputs: Dense(2, activation: .softmax, name: "classes")(x), name: "convolutions")
  }

  private static func others() -> Model {
    let input = Input(shape: [4, 4, 3], name: "pictures")
    var x = Conv2DTranspose(2, kernelSize: 3, strides: 2, name: "larger")(input)
    x = PReLU(sharedAxes: [1, 2], alphaInitializer: .ones, name: "sloped")(x)
    x = ReLU(maxValue: 2, threshold: 0.5, name: "late")(UnitNormalization(name: "unit")(x))
    let rows = Reshape([27, 6], name: "rows")(x)
    x = Dot(axes: [1, 1], normalize: true, name: "dot")([rows, Dense(4, name: "hidden")(rows)])
    return Model(inputs: input, outputs: Flatten(name: "flat")(x), name: "others")
  }

  private static func dense() -> Model {
    let input = Input(shape: [6], name: "numbers")
    let x = Dense(4, activation: .tanh, name: "hidden")(input)
    return Model(inputs: input, outputs: Dense(2, activation: .softmax, name: "classes")(x), name: "dense")
  }
}
