package import GraftCore

/// A tensor of a torch network in the golden data: its name and shape, and the value that the formula gives it.
package struct TorchFormula: Decodable {
  package let name: String
  package let shape: [Int]

  /// The value, as `generator/torch_networks.py` computes it. Kernels have outputs first.
  package func tensor(gain: Double) -> Tensor {
    let shape = Shape(shape)
    guard !name.hasSuffix("num_batches_tracked") else { return Tensor(repeating: 0, shape: shape) }
    guard shape.rank == 2 || shape.rank == 4 else {
      return FormulaTensor.make(name: name, shape: [shape.count], role: role).reshaped(shape)
    }
    let inputs = shape.dimensions.dropFirst().reduce(1, *)
    return FormulaTensor.make(name: name, shape: [inputs, shape[0]], role: .kernel, gain: gain).reshaped(shape)
  }

  private var role: FormulaRole {
    let isGate = ["fc2.bias", "se.conv_expand.bias", "_se_expand.bias"].contains { name.hasSuffix($0) }
    if isGate, !name.contains(".mlp.") { return .gateBias }
    return switch name.split(separator: ".").last {
    case "running_mean": .movingMean
    case "running_var": .movingVariance
    case "bias": .bias
    default: .gamma
    }
  }
}
