import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport

@testable import GraftTraining

/// Small networks with names of their own, and data for them.
enum Heads {
  static let features = 8
  static let classes = 3

  /// Dense 16 relu, Dense 3 softmax, with the formula's weights.
  static func small() throws -> Model {
    let input = Input(shape: [features])
    let hidden = Dense(16, activation: .relu, name: "hidden")(input)
    let model = Model(inputs: input, outputs: Dense(classes, activation: .softmax, name: "classes")(hidden))
    try model.assignFormulaWeights()
    return model
  }

  /// The same with a batch normalisation and a dropout, so that every kind of state is in it.
  static func normalized() throws -> Model {
    let input = Input(shape: [features])
    var x = Dense(16, useBias: false, name: "hidden")(input)
    x = BatchNormalization(momentum: 0.9, name: "normal")(x)
    x = Dropout(0.3, name: "dropout")(ReLU(name: "relu")(x))
    let model = Model(inputs: input, outputs: Dense(classes, activation: .softmax, name: "classes")(x))
    try model.assignFormulaWeights()
    return model
  }

  /// Dense 3 sigmoid: three labels.
  static func labels() throws -> Model {
    let input = Input(shape: [features])
    let model = Model(inputs: input, outputs: Dense(classes, activation: .sigmoid, name: "labels")(input))
    try model.assignFormulaWeights()
    return model
  }

  /// Samples, and one-hot targets that follow from them.
  static func data(_ count: Int, name: String = "samples") -> (x: Tensor, y: Tensor) {
    let x = FormulaTensor.make(name: name, shape: [count, features], role: .input)
    let rows = (0..<count).map { row in
      let values = x.rows(row..<(row + 1)).elements
      let label = values.prefix(classes).indices.max { values[$0] < values[$1] }
      return (0..<classes).map { $0 == label ? Float(1) : 0 }
    }
    return (x, Tensor(rows))
  }
}

extension Model {
  /// All weights by name.
  func weights() throws -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: try namedVariables().map { ($0.name, $0.variable.value) })
  }
}
