import Foundation
import Graft
import GraftRuntime

/// Where a forward pass's time goes: milliseconds and billions of multiply-additions per second of every step, one core.
enum LayerCase {
  /// `layers NETWORK [int8]`
  static func run(_ arguments: [String]) async throws -> [String: JSONValue] {
    let network = try await ForwardCase.trunk(arguments)
    let plan = try ExecutionPlan(network.runnableGraph(), batchSize: 1, mode: .inference)
    let context = try ExecutionContext(plan)
    context.withInput(0) { for index in $0.indices { $0[index] = Float(index % 255) / 127 - 1 } }
    for _ in 0..<20 { try context.run() }
    let runs = try (0..<101).map { _ in try context.runTimed() }
    let rows: [JSONValue] = plan.work.enumerated().map { index, work in
      let seconds = runs.map { $0[index] }.sorted()[runs.count / 2]
      return [
        "step": .string(work.name), "kernel": .string(work.implementation), "milliseconds": .number(1000 * seconds),
        "gmacs_per_second": .number(Double(work.multiplications) / seconds / 1e9),
      ]
    }
    let total = runs.map { $0.reduce(0, +) }.sorted()[runs.count / 2]
    let multiplications = plan.work.reduce(0) { $0 + $1.multiplications }
    return [
      "steps": .array(rows), "milliseconds": .number(1000 * total), "gmacs": .number(Double(multiplications) / 1e9),
      "gmacs_per_second": .number(Double(multiplications) / total / 1e9),
    ]
  }
}
