internal import GraftCore
internal import GraftGraph
internal import GraftRuntime
internal import Synchronization

/// The trainable region with its weights: makes steps on batches of features, and evaluates.
///
/// A step's batch is divided among workers, one per core, each with gradients of its own; these are added up in the workers'
/// order, so that equal numbers of workers give equal bits. Where samples of a batch do not depend on each other, a worker
/// takes its share in parts that stay in the cache. Compiled plans are kept by size: a step on a batch size that is known
/// takes no memory.
final class Trainer {
  let store: ParameterStore
  let optimizerState: OptimizerState
  let region: TrainableRegion
  let configuration: Compilation
  let classes: Int
  let team: ThreadTeam
  /// Predictions and losses of the last step.
  let results: StepResults

  private let set: PreparedSet
  private let workers: [TrainingWorker]
  private let partSize: Int
  private var plans: [Int: ExecutionPlan] = [:]
  private var divisions: [Int: [[StepPart]]] = [:]
  private var exchanges: [Int: WorkerTeam] = [:]
  private var evaluationContexts: [Int: ExecutionContext] = [:]

  /// - Parameters:
  ///   - set: What is trained on.
  ///   - workers: How many cores a heavy region's steps are shared by; a head is trained on one.
  ///   - partSize: About how many samples of a heavy region a worker runs at a time, where they do not depend on each other;
  ///     by default as many as keep the cache.
  init(
    _ region: TrainableRegion, configuration: Compilation, classes: Int, set: PreparedSet,
    workers: Int = Workers.count, partSize: Int? = nil
  ) {
    self.region = region
    self.configuration = configuration
    self.classes = classes
    self.set = set
    let store = ParameterStore(region.graph)
    self.store = store
    optimizerState = OptimizerState(
      configuration.optimizer, count: store.values.count,
      segments: OptimizerSegment.segments(of: store.layout, for: configuration.optimizer))
    if let kept = configuration.optimizerState { optimizerState.resume(kept) }
    // A head's kernels are so short that two cores gained nothing.
    let count = region.isHeavy ? max(1, workers) : 1
    team = ThreadTeam(count: count)
    self.workers = (0..<count).map { worker in
      TrainingWorker(
        store: store, gradients: worker == 0 ? store.gradientBlock : GradientBlock(store.layout), set: set)
    }
    self.partSize = region.isHeavy && !region.usesBatchStatistics ? partSize ?? region.microBatch : .max
    results = StepResults(classes: classes)
  }

  /// Trains on some samples of the set. `results` has losses and predictions as they were before the step.
  ///
  /// - Parameter views: The view in which each sample is seen.
  /// - Returns: Whether all losses, and all weights after the step, are finite. Without finite losses no step is made.
  func step(_ rows: ArraySlice<Int>, views: (Int) -> Int) throws -> Bool {
    let division = try division(rows.count)
    let active = division.count { !$0.isEmpty }
    let exchange = exchange(active)
    results.begin(rows.count)
    let step = UInt64(optimizerState.iterations)
    try team.run { index in
      let worker = workers[index]
      worker.begin(division[index].count)
      do {
        for part in division[index] {
          guard let plan = plans[part.samples.count] else { continue }
          try worker.run(
            part, plan, rows: rows, views: views, weights: set.weights,
            environment: RunEnvironment(trainingStep: step, member: TeamMember(team: exchange, index: index)),
            results: results)
        }
      } catch {
        exchange.abort()
        throw error
      }
    }
    guard results.lossesAreFinite(rows.count) else { return false }
    return try update(from: workers.prefix(active).map(\.total))
  }

  /// Adds up the workers' gradients and moves the weights, each thread in its part of the block.
  private func update(from parts: [UnsafeMutableBufferPointer<Float>]) throws -> Bool {
    let values = store.values
    let gradients = store.gradients
    // Whole cache lines, so that no two threads write to one.
    func range(_ index: Int) -> Range<Int> {
      let lines = values.count / 16
      return (lines * index / team.count * 16)..<(lines * (index + 1) / team.count * 16)
    }
    if parts.count > 1 || parts.first?.baseAddress != gradients.baseAddress {
      try team.run { index in Self.add(parts, into: gradients, range(index)) }
    }
    optimizerState.prepare(UnsafeBufferPointer(gradients))
    let areFinite = Atomic(true)
    try team.run { index in
      if !optimizerState.apply(values, by: UnsafeBufferPointer(gradients), in: range(index)) {
        areFinite.store(false, ordering: .relaxed)
      }
    }
    return areFinite.load(ordering: .relaxed)
  }

  private static func add(
    _ parts: [UnsafeMutableBufferPointer<Float>], into total: UnsafeMutableBufferPointer<Float>, _ range: Range<Int>
  ) {
    guard let to = total.baseAddress, let first = parts.first?.baseAddress else { return }
    // The first part may be the total itself.
    if first != to { (to + range.lowerBound).update(from: first + range.lowerBound, count: range.count) }
    for part in parts.dropFirst() {
      guard let from = part.baseAddress else { continue }
      for index in range { to[index] += from[index] }
    }
  }

  /// Makes the averages of weights the weights, if the optimizer keeps any; gives back whether it does.
  func finalize() -> Bool { optimizerState.finalize(store.values) }

  // MARK: Plans

  /// The parts of a batch, by worker. All plans that they need are compiled on return.
  private func division(_ count: Int) throws -> [[StepPart]] {
    if let known = divisions[count] { return known }
    let parts = StepPart.divide(count, workers: workers.count, size: partSize)
    for size in Set(parts.map(\.samples.count)) where plans[size] == nil {
      plans[size] = try ExecutionPlan(
        region.training, batchSize: size, mode: .training, parameters: store.layout)
    }
    let division = workers.indices.map { worker in parts.filter { $0.worker == worker } }
    divisions[count] = division
    return division
  }

  private func exchange(_ count: Int) -> WorkerTeam {
    if let known = exchanges[count] { return known }
    let exchange = WorkerTeam(count: count, width: region.exchangeWidth)
    exchanges[count] = exchange
    return exchange
  }

  /// A context for evaluating with the weights where they lie.
  func evaluationContext(_ batchSize: Int) throws -> ExecutionContext {
    if let context = evaluationContexts[batchSize] { return context }
    let plan = try ExecutionPlan(region.evaluation, batchSize: batchSize, mode: .inference, parameters: store.layout)
    let context = try ExecutionContext(plan, store: store)
    evaluationContexts[batchSize] = context
    return context
  }
}
