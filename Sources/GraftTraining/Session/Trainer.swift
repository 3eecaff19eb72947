internal import GraftCore
internal import GraftGraph
internal import GraftRuntime

/// The trainable region with its weights: makes steps on batches of features, and evaluates.
///
/// Compiled plans are kept by batch size, so that a last partial batch is trained on exactly as it is.
final class Trainer {
  let store: ParameterStore
  private let trainingGraph: Graph
  private let evaluationGraph: Graph
  private let configuration: Compilation
  private(set) var optimizerState: OptimizerState
  private var trainingContexts: [Int: ExecutionContext] = [:]
  private var evaluationContexts: [Int: ExecutionContext] = [:]

  /// - Parameter trainable: The trainable region of a network; its inputs are features.
  init(_ trainable: Graph, configuration: Compilation, targetShape: Shape) throws {
    self.configuration = configuration
    trainingGraph = try trainable.differentiated(loss: configuration.loss, targetShape: targetShape)
    evaluationGraph = try trainable.withLoss(configuration.loss, targetShape: targetShape)
    store = ParameterStore(trainable)
    let count = store.values.count
    let kept = configuration.optimizerState.flatMap {
      $0.optimizer == configuration.optimizer && ($0.count ?? count) == count ? $0 : nil
    }
    optimizerState = kept ?? OptimizerState(configuration.optimizer, count: count)
  }

  /// Trains on some rows of a set. The accumulator gets losses and metrics as they were before the step.
  ///
  /// - Returns: Whether the loss was finite; if not, no weight was changed.
  func step(_ set: PreparedSet, rows: ArraySlice<Int>, into metrics: inout MetricAccumulator) throws -> Bool {
    let context = try context(&trainingContexts, trainingGraph, rows.count, .training)
    set.copy(rows) { context.withInput($0, $1) }
    context.trainingStep = UInt64(optimizerState.iterations)
    try context.run()
    let isFinite = context.withOutput(1) { losses in losses.allSatisfy(\.isFinite) }
    guard isFinite else { return false }
    collect(context, set, rows, into: &metrics)
    optimizerState.update(store.values, by: UnsafeBufferPointer(store.gradients))
    return true
  }

  /// Loss, metrics and, if wanted, each row's predicted class, with the present weights.
  func evaluate(
    _ set: PreparedSet, batchSize: Int, predicted: ((_ row: Int, _ classIndex: Int) -> Void)? = nil
  ) throws -> [String: Double] {
    var metrics = MetricAccumulator(configuration.metrics, loss: configuration.loss)
    let rows = Array(0..<set.count)
    for start in stride(from: 0, to: rows.count, by: batchSize) {
      let part = rows[start..<min(start + batchSize, rows.count)]
      let context = try context(&evaluationContexts, evaluationGraph, part.count, .inference)
      set.copy(part) { context.withInput($0, $1) }
      try context.run()
      collect(context, set, part, into: &metrics)
      guard let predicted else { continue }
      context.withOutput(0) { predictions in
        let classes = predictions.count / part.count
        for (slot, row) in part.enumerated() {
          let values = UnsafeBufferPointer(rebasing: predictions[(slot * classes)..<((slot + 1) * classes)])
          predicted(row, values.indexOfMaximum)
        }
      }
    }
    return metrics.means
  }

  private func collect(
    _ context: ExecutionContext, _ set: PreparedSet, _ rows: ArraySlice<Int>, into metrics: inout MetricAccumulator
  ) {
    context.withOutput(0) { predictions in
      context.withOutput(1) { losses in
        let targets = set.targets.rows(at: Array(rows))
        targets.withUnsafeBufferPointer { metrics.add(losses: losses, predictions: predictions, targets: $0) }
      }
    }
  }

  private func context(
    _ known: inout [Int: ExecutionContext], _ graph: Graph, _ batchSize: Int, _ mode: ExecutionPlan.Mode
  ) throws -> ExecutionContext {
    if let context = known[batchSize] { return context }
    let plan = try ExecutionPlan(
      graph, batchSize: batchSize, mode: mode, threads: Workers.count, parameters: store.layout)
    let context = try ExecutionContext(plan, store: store)
    known[batchSize] = context
    return context
  }
}
