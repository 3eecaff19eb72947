internal import GraftGraph
internal import GraftRuntime
internal import Synchronization

/// A graph's inference plans, each compiled when it is first needed.
final class PlanCache: Sendable {
  private let graph: Graph
  private let plans = Mutex<[Int: ExecutionPlan]>([:])

  init(_ graph: Graph) { self.graph = graph }

  func plan(batchSize: Int) throws -> ExecutionPlan {
    try plans.withLock { plans in
      if let known = plans[batchSize] { return known }
      let plan = try ExecutionPlan(graph, batchSize: batchSize, mode: .inference)
      plans[batchSize] = plan
      return plan
    }
  }
}
