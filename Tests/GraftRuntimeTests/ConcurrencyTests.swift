import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import GraftZoo
import Testing

/// One plan, several threads: every context gives the same bits.
@Suite struct ConcurrencyTests {
  @Test func contextsOfOnePlanAgreeToTheBit() async throws {
    let network = try await MobileNetV2(weights: nil, includeTop: false, inputShape: [64, 64, 3], alpha: 0.35)
    try network.assignFormulaWeights()
    let plan = try ExecutionPlan(try network.graph(), batchSize: 1, mode: .inference)
    let inputs = (0..<4).map { FormulaTensor.make(name: "input \($0)", shape: [1, 64, 64, 3], role: .input) }
    let context = try ExecutionContext(plan)
    let expected = try inputs.map { try context.results(for: [$0])[0] }
    #expect(expected[0] != expected[1])

    try await withThrowingTaskGroup(of: [Tensor].self) { group in
      for _ in 0..<4 {
        group.addTask {
          let context = try ExecutionContext(plan)
          var results: [Tensor] = []
          for _ in 0..<5 { results = try inputs.map { try context.results(for: [$0])[0] } }
          return results
        }
      }
      for try await results in group { #expect(results == expected) }
    }
  }

  @Test func plansCompileOnSeveralThreads() async throws {
    let input = Input(shape: [32])
    let model = Model(inputs: input, outputs: Dense(16, activation: .softmax)(Dense(64, activation: .relu)(input)))
    let graph = try model.graph()
    let x = FormulaTensor.make(name: "input", shape: [8, 32], role: .input)
    let expected = try graph.results(for: [x])
    try await withThrowingTaskGroup(of: [Tensor].self) { group in
      for _ in 0..<8 { group.addTask { try graph.results(for: [x]) } }
      for try await results in group { #expect(results == expected) }
    }
  }
}
