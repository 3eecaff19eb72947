import Foundation
import Graft
import GraftRuntime

/// What the processor has: billions of multiply-additions per second and core in a matrix product that fits the cache.
enum MatrixPeak {
  static func run(_: [String]) async throws -> [String: JSONValue] {
    let size = 384
    let input = Input(shape: [size])
    let graph = try Model(inputs: input, outputs: Dense(size, useBias: false)(input)).graph()
    let plan = try ExecutionPlan(graph, batchSize: size, mode: .inference)
    let context = try ExecutionContext(plan)
    context.withInput(0) { for index in $0.indices { $0[index] = Float(index % 7) - 3 } }
    let rate = try await Measuring.rate(1) { for _ in 0..<10 { try context.run() } }
    return ["gmacs_per_second_and_core": .number(10 * rate * Double(size * size * size) / 1e9)]
  }
}
