internal import GraftGraph
internal import GraftRuntime
internal import Synchronization

/// A graph's inference plans, each compiled when it is first needed.
final class PlanCache: Sendable {
  private struct Key: Hashable {
    let batchSize: Int
    let threads: Int
  }

  let graph: Graph
  private let plans = Mutex<[Key: ExecutionPlan]>([:])

  init(_ graph: Graph) { self.graph = graph }

  func plan(batchSize: Int, threads: Int = 1) throws -> ExecutionPlan {
    try plans.withLock { plans in
      let key = Key(batchSize: batchSize, threads: threads)
      if let known = plans[key] { return known }
      let plan = try ExecutionPlan(graph, batchSize: batchSize, mode: .inference, threads: threads)
      plans[key] = plan
      return plan
    }
  }
}
