package import GraftCore
package import GraftGraph
package import GraftRuntime

extension Graph {
  /// Compiles the graph for inference and runs it once; inputs and outputs have a batch axis.
  package func results(
    for inputs: [Tensor], threads: Int = 1, mode: ExecutionPlan.Mode = .inference
  ) throws -> [Tensor] {
    let plan = try ExecutionPlan(self, batchSize: inputs[0].shape[0], mode: mode, threads: threads)
    return try ExecutionContext(plan).results(for: inputs)
  }
}

extension ExecutionContext {
  /// Fills the inputs, runs, and copies the outputs, all with a batch axis.
  package func results(for inputs: [Tensor]) throws -> [Tensor] {
    for (index, input) in inputs.enumerated() { fill(index, with: input) }
    try run()
    return plan.outputShapes.indices.map { output($0) }
  }

  /// Copies a tensor into an input.
  package func fill(_ index: Int, with tensor: Tensor) {
    withInput(index) { destination in
      precondition(destination.count == tensor.count, "Input \(index) needs \(destination.count) elements.")
      tensor.withUnsafeBufferPointer { _ = destination.update(from: $0) }
    }
  }

  /// Copies an output of the last run.
  package func output(_ index: Int) -> Tensor {
    withOutput(index) { source in
      Tensor(shape: plan.outputShapes[index].prepending(plan.batchSize)) { _ = $0.initialize(from: source) }
    }
  }
}
