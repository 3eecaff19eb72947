package import GraftCore
package import GraftGraph
internal import GraftRuntime

/// Runs a loss on the engine and reads its values and the gradient of their weighted sum by its argument.
package struct LossProbe {
  /// One loss per sample.
  package let losses: Tensor
  /// The gradient of Σ weight · loss with respect to what was given.
  package let gradient: Tensor

  /// - Parameters:
  ///   - rows: What goes in, (batch, classes): a trained weight, as in `GradientProbe`.
  ///   - operations: What follows before the loss, such as a softmax.
  ///   - weights: One per sample; nil for the mean, whose weights are 1 / batch.
  package init(
    _ loss: LossFunction, of rows: Tensor, through operations: [Operation] = [], targets: Tensor,
    weights: Tensor? = nil
  ) throws {
    let batch = rows.shape[0]
    var graph = Graph()
    let selector = graph.addInput(name: "sample", shape: [batch])
    let kernel = graph.add(Parameter(name: "rows", value: rows, role: .trainable))
    var node = try graph.append(
      .dense(DenseOperation(units: rows.shape[1], hasBias: false)), name: "rows", inputs: [selector],
      parameters: [kernel])
    for operation in operations { node = try graph.append(operation, name: "end", inputs: [node]) }
    graph.outputs = [node]
    let step = try graph.differentiated(loss: loss, targetShape: targets.shape.droppingFirst)
    let store = ParameterStore(step)
    let context = try ExecutionContext(
      ExecutionPlan(step, batchSize: batch, mode: .training, parameters: store.layout), store: store)
    context.fill(0, with: Tensor((0..<batch).map { row in (0..<batch).map { row == $0 ? 1 : 0 } }))
    context.fill(1, with: targets)
    context.fill(2, with: weights ?? Tensor([Float](repeating: 1 / Float(batch), count: batch)))
    try context.run()
    losses = context.output(1)
    guard let gradient = store.gradientSnapshot()["rows"] else {
      throw GraftError(.invalidArgument, "The gradient of the rows is missing.")
    }
    self.gradient = gradient
  }
}
