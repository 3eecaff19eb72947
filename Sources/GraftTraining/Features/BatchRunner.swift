internal import GraftCore
package import GraftGraph
package import GraftImages
internal import GraftRuntime
internal import Synchronization

/// Runs a plan over many samples on all cores: each worker takes the next few samples from their bytes to the results.
package struct BatchRunner: Sendable {
  /// How far a run has come.
  package struct Progress: Sendable {
    package let done: Int
    package let total: Int
    /// How many of those that are done were known to a store.
    package var known = 0
  }

  private let plans: PlanCache
  private let microBatch: Int
  private let workers: Int

  /// Compiles a graph, once for any number of runs. Each worker runs on one core.
  ///
  /// - Parameter microBatch: Samples that a worker takes at a time. By default as many as keep intermediate results in the
  ///   cache, measured (ARCHITECTURE.md): 1, or 4 of whole numbers.
  package init(_ graph: Graph, microBatch: Int? = nil) throws {
    try self.init(PlanCache(graph), tuning: microBatch.map { RunnerTuning(workers: Workers.count, batchSize: $0) })
  }

  /// - Parameter tuning: A way that was measured; nil for the usual one.
  init(_ graph: Graph, tuning: RunnerTuning?) throws { try self.init(PlanCache(graph), tuning: tuning) }

  init(_ plans: PlanCache, tuning: RunnerTuning? = nil) throws {
    self.plans = plans
    workers = tuning?.workers ?? Workers.count
    microBatch = tuning?.batchSize ?? (plans.graph.isQuantized ? 4 : 1)
    if microBatch == 1 { _ = try plans.plan(batchSize: 1) }
  }

  /// Runs all samples.
  ///
  /// - Parameters:
  ///   - source: The samples.
  ///   - targets: What the plan's second input gets, one row per sample, if it has one.
  ///   - progress: Called from workers' threads after every few samples, one call at a time, with growing numbers.
  ///   - sink: Called from workers' threads, once per good sample, with its results.
  /// - Returns: The samples that could not be read, in order.
  /// - Throws: `CancellationError` if the task was cancelled; errors of kernels.
  package func run(
    _ source: any SampleSource, targets: Targets? = nil, progress: (@Sendable (Progress) -> Void)? = nil,
    sink: @escaping @Sendable (_ sample: Int, _ outputs: [UnsafeBufferPointer<Float>]) -> Void
  ) async throws -> [(index: Int, file: BadFile)] {
    let total = source.count
    // Few samples are not worth a batch that is not full; results are the same to the bit.
    let batch = total < microBatch ? 1 : microBatch
    let plan = try plans.plan(batchSize: batch)
    let box = Shared()
    try await Workers.run(max(1, min(workers, (total + batch - 1) / batch))) { _, shouldStop in
      let context = try ExecutionContext(plan)
      let loader = source.makeLoader()
      var indices: [Int] = []
      while !shouldStop() {
        let start = box.next.wrappingAdd(batch, ordering: .relaxed).oldValue
        guard start < total else { return }
        indices.removeAll(keepingCapacity: true)
        for index in start..<min(start + batch, total) {
          let slot = indices.count
          let failure = context.withInput(0) { input in
            let length = input.count / batch
            return loader.load(
              index, into: UnsafeMutableBufferPointer(rebasing: input[(slot * length)..<((slot + 1) * length)]))
          }
          if let failure {
            box.bad.withLock { $0.append((index, failure)) }
          } else {
            Self.place(targets, of: index, in: slot, context, batch)
            indices.append(index)
          }
        }
        if !indices.isEmpty {
          try context.run()
          for (slot, index) in indices.enumerated() {
            sink(index, plan.outputShapes.indices.map { output in Self.row(output, slot, context, batch) })
          }
        }
        let count = min(start + batch, total) - start
        box.finished.withLock { finished in
          finished += count
          progress?(Progress(done: finished, total: total))
        }
      }
    }
    try Task.checkCancellation()
    return box.bad.withLock { $0 }.sorted { $0.index < $1.index }
  }

  private static func place(
    _ targets: Targets?, of index: Int, in slot: Int, _ context: ExecutionContext, _ batch: Int
  ) {
    guard let targets else { return }
    context.withInput(1) { input in
      let length = input.count / batch
      targets.tensor.withUnsafeBufferPointer { rows in
        for offset in 0..<length { input[slot * length + offset] = rows[index * length + offset] }
      }
    }
  }

  private static func row(
    _ output: Int, _ slot: Int, _ context: ExecutionContext, _ batch: Int
  ) -> UnsafeBufferPointer<Float> {
    context.withOutput(output) { values in
      let length = values.count / batch
      return UnsafeBufferPointer(rebasing: values[(slot * length)..<((slot + 1) * length)])
    }
  }

  /// What the workers of one run share.
  private final class Shared: Sendable {
    let next = Atomic(0)
    let finished = Mutex(0)
    let bad = Mutex<[(index: Int, file: BadFile)]>([])
  }
}
