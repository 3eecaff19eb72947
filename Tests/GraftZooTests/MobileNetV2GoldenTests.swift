import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import GraftZoo
import Testing

/// MobileNetV2 against keras.applications: structure to the letter, outputs within rounding.
@Suite struct MobileNetV2GoldenTests {
  @Test(arguments: MobileNetV2Case.all) func outputsAreKerass(_ example: MobileNetV2Case) async throws {
    let network = try await example.network()
    let golden = try example.golden()
    let output = try network.results(for: example.input)
    #expect(output.mismatch(try golden.tensor("output"), atol: 1e-4, rtol: 1e-4) == nil)
    guard example.includeTop else { return }
    let pooling = try network.layer(named: "global_average_pooling2d")
    let pooled = try Model(inputs: network.input, outputs: pooling.output).results(for: example.input)
    #expect(pooled.mismatch(try golden.tensor("global_average_pooling2d"), atol: 1e-4, rtol: 1e-4) == nil)
  }

  @Test(arguments: MobileNetV2Case.all) func layersAreKerass(_ example: MobileNetV2Case) async throws {
    let network = try await example.network()
    let expected = try example.description()
    #expect(network.name == expected.model)
    #expect(network.parameterCount == expected.parameters)
    #expect(network.trainableParameterCount == expected.trainableParameters)
    #expect(network.parameterCount - network.trainableParameterCount == expected.nonTrainableParameters)
    let received = try network.layers.map { layer in
      let output = try layer.output
      return MobileNetV2Case.LayerDescription(
        name: layer.name, className: layer.className, inputs: output.inputs.map(\.layer.name),
        outputShape: [nil] + output.shape.dimensions, parameters: layer.parameterCount,
        variables: layer.variables.map {
          MobileNetV2Case.VariableDescription(
            name: "\(layer.name)/\($0.name)", shape: $0.shape.dimensions, trainable: $0.followsGradient)
        })
    }
    #expect(received.count == expected.layers.count)
    for (received, expected) in zip(received, expected.layers) { #expect(received == expected) }
  }

  @Test func batchSizeAndThreadsDoNotChangeResults() async throws {
    let example = MobileNetV2Case.all[2]
    let graph = try await example.network().graph()
    let input = example.input
    let together = try graph.results(for: [input])[0]
    let onTwoThreads = try graph.results(for: [input], threads: 2)[0]
    #expect(onTwoThreads.mismatch(together, atol: 1e-6, rtol: 1e-6) == nil)
    let alone = try ExecutionContext(ExecutionPlan(graph, batchSize: 1, mode: .inference))
    for sample in 0..<2 {
      let output = try alone.results(for: [input.rows(sample..<(sample + 1))])[0]
      #expect(output.mismatch(together.rows(sample..<(sample + 1)), atol: 1e-6, rtol: 1e-6) == nil)
    }
  }

  @Test func aContextGivesTheSameBitsAgain() async throws {
    let example = MobileNetV2Case.all[2]
    let context = try ExecutionContext(
      ExecutionPlan(try await example.network().graph(), batchSize: 2, mode: .inference))
    let first = try context.results(for: [example.input])[0]
    #expect(try context.results(for: [example.input])[0] == first)
  }

  @Test func dataStayBlockedFromEndToEnd() async throws {
    for example in MobileNetV2Case.all {
      let graph = try await example.network().graph()
      let plan = try ExecutionPlan(graph, batchSize: 2, mode: .inference)
      let allowed = example.includeTop ? 0 : 1  // A trunk's pictures leave in row-major order.
      #expect(plan.reorderCount <= allowed, "\(example.name):\n\(plan.dump())")
    }
  }
}
