internal import GraftCore
internal import GraftGraph
internal import GraftRuntime

/// The trainable region with its weights: makes steps on batches of features, and evaluates.
///
/// Compiled plans are kept by batch size, so that a last partial batch is trained on exactly as it is. A step on a batch
/// size that is known allocates nothing.
final class Trainer {
  let store: ParameterStore
  let optimizerState: OptimizerState
  private let region: TrainableRegion
  private let configuration: Compilation
  private let classes: Int
  private var trainingContexts: [Int: ExecutionContext] = [:]
  private var evaluationContexts: [Int: ExecutionContext] = [:]

  init(_ region: TrainableRegion, configuration: Compilation, classes: Int) {
    self.region = region
    self.configuration = configuration
    self.classes = classes
    store = ParameterStore(region.graph)
    optimizerState = OptimizerState(
      configuration.optimizer, count: store.values.count,
      segments: OptimizerSegment.segments(of: store.layout, for: configuration.optimizer))
    if let kept = configuration.optimizerState { optimizerState.resume(kept) }
  }

  /// Trains on some rows of a set. The accumulator gets losses and metrics as they were before the step.
  ///
  /// - Returns: Whether all losses, and all weights after the step, are finite. Without finite losses no step is made.
  func step(_ set: PreparedSet, rows: ArraySlice<Int>, into metrics: inout MetricAccumulator) throws -> Bool {
    let context = try context(&trainingContexts, region.training, rows.count, .training)
    set.copy(rows) { context.withInput($0, $1) }
    context.withInput(set.features.count + 1) { weights in
      for (slot, row) in rows.enumerated() { weights[slot] = set.weight(row) / Float(rows.count) }
    }
    context.environment.trainingStep = UInt64(optimizerState.iterations)
    try context.run()
    guard context.withOutput(1, { $0.areFinite }) else { return false }
    collect(context, set, rows, into: &metrics)
    optimizerState.update(store.values, by: UnsafeBufferPointer(store.gradients))
    return UnsafeBufferPointer(store.values).areFinite
  }

  /// Makes the averages of weights the weights, if the optimizer keeps any; gives back whether it does.
  func finalize() -> Bool { optimizerState.finalize(store.values) }

  /// Loss and metrics with the present weights; if wanted, each row's right and predicted class.
  func evaluate(
    _ set: PreparedSet, batchSize: Int, sample: ((_ actual: Int, _ predicted: Int) -> Void)? = nil
  ) throws -> [String: Double] {
    var metrics = MetricAccumulator(configuration.metrics)
    let rows = Array(0..<set.count)
    for start in stride(from: 0, to: rows.count, by: batchSize) {
      let part = rows[start..<min(start + batchSize, rows.count)]
      let context = try context(&evaluationContexts, region.evaluation, part.count, .inference)
      set.copy(part) { context.withInput($0, $1) }
      try context.run()
      collect(context, set, part, into: &metrics, sample: sample)
    }
    return metrics.means
  }

  private func collect(
    _ context: ExecutionContext, _ set: PreparedSet, _ rows: ArraySlice<Int>, into metrics: inout MetricAccumulator,
    sample: ((_ actual: Int, _ predicted: Int) -> Void)? = nil
  ) {
    context.withOutput(0) { predictions in
      context.withOutput(1) { losses in
        set.targets.withUnsafeBufferPointer { targets in
          for (slot, row) in rows.enumerated() {
            let prediction = UnsafeBufferPointer(rebasing: predictions[(slot * classes)..<((slot + 1) * classes)])
            let length = set.targetLength
            let target = UnsafeBufferPointer(rebasing: targets[(row * length)..<((row + 1) * length)])
            let actual = configuration.loss.classIndex(target)
            metrics.add(loss: losses[slot] * set.weight(row), prediction: prediction, target: actual)
            sample?(actual, prediction.indexOfMaximum)
          }
        }
      }
    }
  }

  private func context(
    _ known: inout [Int: ExecutionContext], _ graph: Graph, _ batchSize: Int, _ mode: ExecutionPlan.Mode
  ) throws -> ExecutionContext {
    if let context = known[batchSize] { return context }
    // One thread: a head's kernels are so short that two gained nothing. And OpenMP's threads wait for each other by
    // spinning: with other work on the machine two took thirty times as long.
    let plan = try ExecutionPlan(graph, batchSize: batchSize, mode: mode, parameters: store.layout)
    let context = try ExecutionContext(plan, store: store)
    known[batchSize] = context
    return context
  }
}
