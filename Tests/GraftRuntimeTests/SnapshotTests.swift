import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import GraftZoo
import Testing

/// MobileNetV2 0.35 at 96 pixels under a new top, as people compile it: what each region becomes, in text.
@Suite struct SnapshotTests {
  private func regions() async throws -> Regions {
    try await LayerNames.startingOver {
      let base = try await MobileNetV2(weights: nil, includeTop: false, inputShape: [96, 96, 3], alpha: 0.35)
      base.isTrainable = false
      var x = base.output
      x = GlobalAveragePooling2D()(x)
      x = Dense(256, activation: .relu)(x)
      x = Dropout(0.2, seed: 1)(x)
      return Regions(try Model(inputs: base.input, outputs: Dense(5, activation: .softmax)(x)).graph())
    }
  }

  @Test func regionsAndFusions() async throws {
    let regions = try await regions()
    #expect(try Snapshot.difference(regions.frozen.dump, named: "frozen_region") == nil)
    #expect(try Snapshot.difference(regions.trainable.dump, named: "trainable_region") == nil)
    let plan = try ExecutionPlan(regions.frozen, batchSize: 2, mode: .inference)
    #expect(try Snapshot.difference(plan.graph.dump, named: "frozen_region_optimized") == nil)
    #expect(plan.reorderCount == 0, "\(plan.dump())")
  }

  @Test func trainingOfTheHead() async throws {
    let step = try await regions().trainable
      .differentiated(loss: LossFunction(.categoricalCrossentropy), targetShape: [5])
    #expect(try Snapshot.difference(step.dump, named: "head_training_graph") == nil)
    let plan = try ExecutionPlan(step, batchSize: 32, mode: .training, parameters: ParameterLayout(step))
    #expect(try Snapshot.difference(plan.dump(), named: "head_training_plan") == nil)
    #expect(plan.reorderCount == 0)
  }
}
