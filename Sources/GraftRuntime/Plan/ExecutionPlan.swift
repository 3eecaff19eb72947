package import GraftCore
package import GraftGraph
internal import GraftKernels

/// A graph compiled for one batch size: kernels in order, weights packed as the kernels want them, memory laid out.
///
/// Immutable, so any number of threads may share it; each runs it through an `ExecutionContext` of its own.
///
/// ```swift
/// let plan = try ExecutionPlan(graph, batchSize: 1, mode: .inference)
/// let context = try ExecutionContext(plan)
/// ```
package final class ExecutionPlan: Sendable {
  /// What a plan is for.
  package enum Mode: Sendable {
    /// Dropout is the identity, normalisation runs on moving statistics.
    case inference
    /// Dropout drops, normalisation of trainable layers runs on the batch and updates its moving statistics.
    case training
  }

  /// Samples per run.
  package let batchSize: Int
  /// What the plan is for.
  package let mode: Mode
  /// Threads that each run uses.
  package let threads: Int
  /// The graph as it was compiled, after all passes.
  package let graph: Graph
  /// Per-sample shapes of the inputs.
  package let inputShapes: [Shape]
  /// Per-sample shapes of the outputs.
  package let outputShapes: [Shape]

  let storages: [Storage]
  let steps: [Step]
  let memory: MemoryPlan
  let inputs: [Operand]
  let outputs: [Operand]
  let layout: ParameterLayout?

  /// Compiles a graph.
  ///
  /// - Parameters:
  ///   - graph: What to compute. In inference its weights are folded and packed unless `parameters` holds them.
  ///   - batchSize: Samples per run, at least 1.
  ///   - mode: What the plan is for.
  ///   - threads: Threads that each run uses; by default one.
  ///   - parameters: Where the weights that training changes live. Without it all weights are constants of the plan, as
  ///     inference may have them.
  /// - Throws: `GraftError` if a kernel cannot be made for these shapes.
  package init(
    _ graph: Graph, batchSize: Int, mode: Mode, threads: Int = 1, parameters: ParameterLayout? = nil
  ) throws {
    guard batchSize > 0 else {
      throw GraftError(.invalidArgument, "A plan needs a batch size of at least 1. Received: \(batchSize).")
    }
    if mode == .training, parameters == nil, let changed = graph.parameters.first(where: { $0.role != .frozen }) {
      throw GraftError(
        .invalidArgument,
        "A training plan needs the layout of what training changes (\(changed.name), …). Received: none.")
    }
    var optimized =
      switch mode {
      case .inference: parameters == nil ? graph.frozen().optimizedForInference() : graph.optimizedForInference()
      case .training: graph.removingIdentities(training: true).fusingActivations()
      }
    optimized = try KernelThreads.with(threads) {
      try optimized.emulatingQuantization { graph, node in
        guard case .quantized(let quantized) = node.operation else { return false }
        return try !QuantizedKernel.isGood(
          quantized, batchSize: batchSize, input: graph[node.inputs[0]].shape, result: node.shape)
      }
    }
    let lowering = try KernelThreads.with(threads) {
      var lowering = Lowering(
        graph: optimized, batchSize: batchSize, isTraining: mode == .training, parameters: parameters)
      try lowering.run()
      return lowering
    }
    self.batchSize = batchSize
    self.mode = mode
    self.threads = threads
    self.graph = optimized
    inputShapes = optimized.inputs.map { optimized[$0].shape }
    outputShapes = optimized.outputs.map { optimized[$0].shape }
    storages = lowering.storages
    steps = lowering.steps
    inputs = lowering.inputs
    outputs = lowering.outputs
    layout = parameters
    memory = MemoryPlan(storages: lowering.storages, lifetimes: lowering.lifetimes)
  }

  /// The memory that every context of this plan takes, in bytes.
  package var arenaByteCount: Int { memory.byteCount }
}
