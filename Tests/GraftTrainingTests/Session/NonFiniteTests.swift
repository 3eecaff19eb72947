import GraftCore
import GraftGraph
import GraftLayers
import Testing

@testable import GraftTraining

/// A loss that is no number stops the run at the step where it happens; the model keeps what was good.
@Suite struct NonFiniteTests {
  @Test func inTheFirstEpoch() async throws {
    let model = try Heads.normalized()
    try model.compile()
    let before = try model.weights()
    var (x, y) = Heads.data(40)
    x[19, 3] = .nan
    let error = await #expect(throws: GraftError.self) {
      try await model.fit(x, y, epochs: 2, batchSize: 8, shuffle: false, progress: .silent)
    }
    #expect(error?.code == .nonFinite)
    #expect(error?.message.contains("epoch 1, step 3 of 5. The model keeps the weights from before the run.") == true)
    #expect(try model.weights() == before)
    // The optimizer has not seen the NaN either.
    let fresh = try Heads.normalized()
    try fresh.compile()
    let good = Heads.data(24)
    for model in [model, fresh] { try await model.fit(good.x, good.y, progress: .silent) }
    #expect(try model.weights() == fresh.weights())
    y[0, 0] = .infinity
    await #expect(throws: GraftError.self) { try await model.fit(good.x, y.rows(0..<24), progress: .silent) }
  }

  @Test func inALaterEpoch() async throws {
    // One step per epoch: the first makes weights of 10³⁵, with which the second cannot compute.
    let (x, y) = Heads.data(16)
    let (model, reference) = (try Heads.small(), try Heads.small())
    for model in [model, reference] { try model.compile(optimizer: .sgd(learningRate: 1e36)) }
    var last: [String: Tensor] = [:]
    do {
      for try await event in try model.training(on: x, y, epochs: 5, batchSize: 16, shuffle: false) {
        if case .epoch(let record) = event {
          #expect(record.epoch == 1)
          last = try model.weights()
        }
      }
      Issue.record("nothing was thrown")
    } catch let error as GraftError {
      #expect(error.code == .nonFinite)
      #expect(
        error.message == """
          Loss or weights are no longer finite numbers: epoch 2, step 1 of 1. The model keeps the weights from the end of \
          epoch 1. A smaller learning rate (now 1e+36) usually helps.
          """)
    }
    #expect(try model.weights() == last)
    #expect(last.values.allSatisfy { $0.elements.allSatisfy(\.isFinite) })
    try await reference.fit(x, y, epochs: 1, batchSize: 16, shuffle: false, progress: .silent)
    #expect(try model.weights() == reference.weights())
  }

  @Test func weightsThatOverflowAreNoticedAtTheirStep() async throws {
    let model = try Heads.small()
    try model.compile(optimizer: .sgd(learningRate: LearningRate(Float.greatestFiniteMagnitude)))
    let before = try model.weights()
    let data = Heads.data(16)
    // Gradients above 1 overflow at once, while the loss before the step is finite.
    let x = Tensor(shape: data.x.shape, data.x.elements.map { $0 * 100 })
    let error = await #expect(throws: GraftError.self) { try await model.fit(x, data.y, progress: .silent) }
    #expect(error?.code == .nonFinite)
    #expect(error?.message.contains("epoch 1, step 1 of 1") == true)
    #expect(try model.weights() == before)
  }

  @Test func finitenessOfBuffers() {
    func areFinite(_ values: [Float]) -> Bool { values.withUnsafeBufferPointer(\.areFinite) }
    #expect(areFinite([]))
    #expect(areFinite([0, -1, .greatestFiniteMagnitude, .leastNonzeroMagnitude]))
    for bad in [Float.nan, .infinity, -.infinity, .signalingNaN] {
      for place in 0..<19 {
        var values = [Float](repeating: 1, count: 19)
        values[place] = bad
        #expect(!areFinite(values))
      }
    }
  }
}
