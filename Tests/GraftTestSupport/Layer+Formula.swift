package import GraftCore
package import GraftLayers

extension Layer {
  /// Gives every variable its formula tensor, as the golden data's generator does; `gain` multiplies kernels.
  package func assignFormulaWeights(gain: Double = 1) throws {
    // The count of a Normalization is read by nothing.
    for (layer, variable) in ownedVariables where variable.name != "count" {
      let name = "\(layer.name)/\(variable.name)"
      guard let value = FormulaTensor.make(variable: name, shape: variable.shape, gain: gain) else {
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
