internal import GraftCore
internal import GraftGraph
package import GraftLayers

/// The layers of a new top. Called on a base's output and on an input for its features, they are the same head twice.
package struct HeadLayers {
  private let hidden: Dense?
  package let predictions: Dense

  /// - Parameters:
  ///   - units: Units of the hidden layer; 0 for none.
  ///   - task: Whether each picture has one class, or any number of labels.
  ///   - base: Names of its layers are not taken again: it may be a model of Graft itself.
  package init(units: Int = 0, classes: Int, task: ClassificationTask = .singleLabel, base: Model? = nil) {
    let taken = Set(base?.allLayers.map(\.name) ?? [])
    func free(_ name: String) -> String { taken.contains(name) ? free(name + "_new") : name }
    hidden = units > 0 ? Dense(units, activation: .relu, name: free("head_dense")) : nil
    predictions = Dense(
      classes, activation: task == .singleLabel ? .softmax : .sigmoid, name: free("head_predictions"))
  }

  /// The head on features alone.
  package func model(features: Int) -> Model {
    let input = Input(shape: [features])
    return Model(inputs: input, outputs: output(input))
  }

  /// The head on a base.
  package func model(on base: Model) throws -> Model {
    let model = Model(inputs: base.input, outputs: output(base.output), name: "\(base.name)_graft")
    try model.check()
    return model
  }

  private func output(_ features: SymbolicTensor) -> SymbolicTensor {
    predictions(hidden.map { $0(features) } ?? features)
  }
}
