package import GraftCore
package import GraftGraph

/// Where the weights that training changes lie: trainable ones side by side in one block, moving statistics in another.
///
/// Gradients have the same offsets as their parameters, in a block of their own.
package struct ParameterLayout: Sendable {
  /// One weight's place.
  package struct Entry: Sendable {
    /// `layer/variable`.
    package let name: String
    /// The weight's shape.
    package let shape: Shape
    /// Offset into its block, in floats.
    package let offset: Int
    /// What the learning rate is multiplied by for this weight.
    package let learningRateMultiplier: Float
  }

  /// Weights that follow their gradients.
  package private(set) var trainable: [Entry] = []
  /// Weights that the forward pass of training updates.
  package private(set) var state: [Entry] = []
  /// Length of the block of trainable weights, in floats.
  package private(set) var trainableCount = 0
  /// Length of the block of states, in floats.
  package private(set) var stateCount = 0
  private var offsets: [String: Int] = [:]

  /// Lays out the parameters of a graph. Each starts on a 64-byte boundary.
  package init(_ graph: Graph) {
    for parameter in graph.parameters {
      let length = (parameter.value.count + 15) / 16 * 16
      func entry(at offset: Int) -> Entry {
        Entry(
          name: parameter.name, shape: parameter.value.shape, offset: offset,
          learningRateMultiplier: parameter.learningRateMultiplier)
      }
      switch parameter.role {
      case .frozen: continue
      case .trainable:
        trainable.append(entry(at: trainableCount))
        offsets[parameter.name] = trainableCount
        trainableCount += length
      case .state:
        state.append(entry(at: stateCount))
        offsets[parameter.name] = stateCount
        stateCount += length
      }
    }
  }

  /// The offset of a parameter in its block.
  func offset(of parameter: Parameter) throws -> Int {
    guard let offset = offsets[parameter.name] else {
      throw GraftError(.invalidArgument, "The parameter store holds no \(parameter.name).")
    }
    return offset
  }
}
