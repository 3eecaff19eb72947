package import GraftCore
internal import GraftGraph
package import GraftLayers
internal import GraftRuntime

/// Runs one layer forward and backward on the engine, with any upstream gradient, and reads what comes out.
///
/// The inputs are themselves weights to be trained: the kernel of a Dense that is fed the identity matrix, so that row i of
/// the kernel is sample i and the kernel's gradient is the input's. The upstream gradient enters by the target of a
/// cross-entropy of logits, whose gradient is weight · (softmax · Σ target − target): with targets that sum to 0 it is any
/// vector that sums to 0, and one more logit takes up the rest.
package struct GradientProbe {
  /// The layer's result.
  package let output: Tensor
  /// Gradients of the inputs.
  package let inputGradients: [Tensor]
  /// Gradients of the layer's variables by their names.
  package let gradients: [String: Tensor]
  /// What training changes besides gradients: moving statistics, by the names of the variables.
  package let state: [String: Tensor]

  /// - Parameters:
  ///   - layer: A layer with its weights; it is called here.
  ///   - inputs: Its inputs, with a batch axis.
  ///   - upstream: The gradient of its result, which the layer's output's shape must equal.
  ///   - layers: The layers of a model whose weights' gradients are wanted, by `layer/variable`; by default those of the
  ///     layer itself, by the variables' names.
  ///   - usesBatchStatistics: False to run trainable normalisations on their moving statistics.
  ///   - isOptimized: Whether the graph goes through the passes of training first, as in a real run.
  package init(
    _ layer: Layer, inputs: [Tensor], upstream: Tensor, ofLayers layers: [String] = [],
    usesBatchStatistics: Bool = true, isOptimized: Bool = false, trainingStep: UInt64 = 0
  ) throws {
    let batch = upstream.shape[0]
    var builder = GraphBuilder()
    let selector = builder.graph.addInput(name: "sample", shape: [batch])
    var nodes: [NodeID] = []
    for (index, input) in inputs.enumerated() {
      let shape = input.shape.droppingFirst
      let rows = input.reshaped([batch, shape.count])
      let kernel = builder.graph.add(Parameter(name: "input/\(index)", value: rows, role: .trainable))
      let entry = try builder.graph.append(
        .dense(DenseOperation(units: shape.count, hasBias: false)), name: "input", inputs: [selector],
        parameters: [kernel])
      nodes.append(try builder.graph.append(.reshape(shape), name: "input", inputs: [entry]))
    }
    let result = try layer.emit(nodes, into: &builder)
    let count = builder.graph[result].shape.count
    let flat = try builder.graph.append(.reshape([count]), name: "result", inputs: [result])
    let rest = builder.graph.addInput(name: "rest", shape: [1])
    builder.graph.outputs = [
      try builder.graph.append(.concatenate(axis: 0), name: "logits", inputs: [flat, rest])
    ]

    let outputShape = builder.graph[result].shape.prepending(batch)
    let forward = Self.normalizing(builder.graph, usesBatchStatistics)
    let step = try (isOptimized ? forward.optimizedForTraining() : forward)
      .differentiated(loss: LossFunction(.categoricalCrossentropy, fromLogits: true), targetShape: [count + 1])
    let store = ParameterStore(step)
    let context = try ExecutionContext(
      ExecutionPlan(step, batchSize: batch, mode: .training, parameters: store.layout), store: store)
    context.environment.trainingStep = trainingStep
    context.fill(0, with: Self.identity(batch))
    context.fill(1, with: Tensor(zeros: [batch, 1]))
    context.fill(2, with: Self.target(upstream.reshaped([batch, count])))
    context.fill(3, with: Tensor([Float](repeating: 1, count: batch)))
    try context.run()

    let logits = context.output(0)
    output = Tensor(
      shape: outputShape,
      (0..<batch).flatMap { sample in logits.rows(sample..<(sample + 1)).elements.dropLast() })
    let gradients = store.gradientSnapshot()
    inputGradients = try inputs.enumerated().map { index, input in
      guard let gradient = gradients["input/\(index)"] else {
        throw GraftError(.invalidArgument, "The gradient of input \(index) is missing.")
      }
      return gradient.reshaped(input.shape)
    }
    let prefix = layers.isEmpty ? "\(layer.name)/" : ""
    func isOwn(_ name: String) -> Bool {
      layers.isEmpty ? name.hasPrefix(prefix) : layers.contains { name.hasPrefix("\($0)/") }
    }
    func own(_ values: [String: Tensor]) -> [String: Tensor] {
      Dictionary(
        uniqueKeysWithValues: values.filter { isOwn($0.key) }
          .map { (String($0.key.dropFirst(prefix.count)), $0.value) })
    }
    self.gradients = own(gradients)
    state = own(store.snapshot()).filter { gradients[prefix + $0.key] == nil }
  }

  private static func identity(_ count: Int) -> Tensor {
    Tensor((0..<count).map { row in (0..<count).map { row == $0 ? 1 : 0 } })
  }

  /// The target for which the gradient of the logits is `upstream`: −upstream, and what makes rows sum to 0.
  private static func target(_ upstream: Tensor) -> Tensor {
    let batch = upstream.shape[0]
    let rows = (0..<batch).map { sample in
      let row = upstream.rows(sample..<(sample + 1)).elements.map { -$0 }
      return row + [-row.reduce(0, +)]
    }
    return Tensor(rows)
  }

  private static func normalizing(_ graph: Graph, _ usesBatchStatistics: Bool) -> Graph {
    guard !usesBatchStatistics else { return graph }
    return graph.rewritten { _, node, graph in
      var node = node
      if case .batchNormalization(var normalization) = node.operation {
        normalization.usesBatchStatistics = false
        node.operation = .batchNormalization(normalization)
      }
      return graph.add(node)
    }
  }
}
