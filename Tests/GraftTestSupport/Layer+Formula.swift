package import GraftCore
package import GraftLayers

extension Layer {
  /// Gives every variable its formula tensor, as the golden data's generator does.
  package func assignFormulaWeights() throws {
    for (layer, variable) in ownedVariables {
      let name = "\(layer.name)/\(variable.name)"
      guard let value = FormulaTensor.make(variable: name, shape: variable.shape) else {
        throw GraftError(.invalidArgument, "The formula knows no role for \(name).")
      }
      try variable.assign(value)
    }
  }
}

extension Model {
  /// Compiles the model for inference and runs it once on a batch.
  package func results(for input: Tensor, threads: Int = 1) throws -> Tensor {
    try graph().results(for: [input], threads: threads)[0]
  }
}
