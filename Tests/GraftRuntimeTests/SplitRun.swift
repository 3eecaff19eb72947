import Foundation
import GraftCore
import GraftGraph
import GraftRuntime
import GraftTestSupport

/// One training step whose batch is run in parts by a team of workers, each on a thread of its own.
struct SplitRun {
  /// One loss per sample, in the batch's order.
  let losses: Tensor
  /// One prediction per sample.
  let predictions: Tensor
  /// The sum of the workers' gradients.
  let gradients: [String: Tensor]
  /// What training changes, after the step.
  let state: [String: Tensor]

  /// - Parameters:
  ///   - step: A training graph.
  ///   - inputs: The whole batch: features, target, weight.
  ///   - parts: How many samples each worker has.
  init(_ step: Graph, inputs: [Tensor], parts: [Int]) throws {
    let store = ParameterStore(step)
    let team = WorkerTeam(count: parts.count, width: 2 * 64 + 1)
    let blocks = parts.indices.map { $0 == 0 ? store.gradientBlock : GradientBlock(store.layout) }
    var contexts: [ExecutionContext] = []
    var first = 0
    for (worker, count) in parts.enumerated() {
      let plan = try ExecutionPlan(step, batchSize: count, mode: .training, parameters: store.layout)
      let context = try ExecutionContext(plan, store: store, gradients: blocks[worker])
      for (index, input) in inputs.enumerated() { context.fill(index, with: input.rows(first..<(first + count))) }
      context.environment = RunEnvironment(
        trainingStep: 0, firstSample: first, member: TeamMember(team: team, index: worker))
      contexts.append(context)
      first += count
    }
    try Self.runOnThreads(contexts, team)

    for block in blocks.dropFirst() {
      for index in block.floats.indices { store.gradients[index] += block.floats[index] }
    }
    predictions = Tensor(contexts.flatMap { Self.rows($0.output(0)) })
    losses = Tensor(contexts.flatMap { $0.output(1).elements })
    gradients = store.gradientSnapshot()
    state = store.snapshot().filter { [gradients] in gradients[$0.key] == nil }
  }

  private static func rows(_ tensor: Tensor) -> [[Float]] {
    (0..<tensor.shape[0]).map { tensor.rows($0..<($0 + 1)).elements }
  }

  /// All at once: each waits for the others wherever sums belong to the whole batch.
  private static func runOnThreads(_ contexts: [ExecutionContext], _ team: WorkerTeam) throws {
    // Each context is used by one thread, and nobody reads the results before all have ended.
    nonisolated(unsafe) let contexts = contexts
    nonisolated(unsafe) var results = [Result<Void, any Error>](repeating: .success(()), count: contexts.count)
    let group = DispatchGroup()
    let lock = NSLock()
    for worker in contexts.indices {
      group.enter()
      Thread {
        let result = Result { try contexts[worker].run() }
        if case .failure = result { team.abort() }
        lock.withLock { results[worker] = result }
        group.leave()
      }.start()
    }
    group.wait()
    for result in results { try result.get() }
  }
}
