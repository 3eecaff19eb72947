import GraftCore
import GraftTestSupport
import Testing

@testable import GraftTraining

/// Averages of weights in a whole `fit`, as in Keras's: they take the weights' place after the last epoch.
@Suite struct WeightAverageTests {
  @Test func averagesTakeTheWeightsPlaceAtTheEnd() async throws {
    let (x, y) = Heads.data(50)
    let (plain, averaged) = (try Heads.small(), try Heads.small())
    try plain.compile(optimizer: .sgd(learningRate: 0.1))
    try averaged.compile(optimizer: .sgd(learningRate: 0.1, useEMA: true, emaMomentum: 0.9))
    let (xv, yv) = (x.rows(30..<50), y.rows(30..<50))
    var histories: [History] = []
    for model in [plain, averaged] {
      histories.append(
        try await model.fit(
          x, y, epochs: 2, batchSize: 16, validation: (xv, yv), shuffle: false, progress: .silent))
    }
    // Epochs train and are judged with the weights themselves, what is left at the end are the averages.
    #expect(histories[0]["loss"] == histories[1]["loss"])
    #expect(histories[0]["val_loss"] == histories[1]["val_loss"])
    let last = try #require(histories[1].validation).loss
    // In batches of another size some processors add up in another order.
    #expect(try await abs(averaged.evaluate(xv, yv).loss - last) < 1e-6)
    #expect(try await abs(plain.evaluate(xv, yv).loss - last) > 1e-4)

    let state = try #require(averaged.compiled.optimizerState)
    #expect(state.iterations == 8)
    for (name, value) in try averaged.weights() { #expect(state.tensors["average/\(name)"] == value) }
    #expect(try plain.weights() != averaged.weights())
  }

  @Test func noStepNoAverage() async throws {
    let (x, y) = Heads.data(20)
    let model = try Heads.small()
    try model.compile(optimizer: .adam(useEMA: true))
    let before = try model.weights()
    try await model.fit(x, y, epochs: 0, progress: .silent)
    #expect(try model.weights() == before)
  }

  @Test func overwritingInBetween() async throws {
    let (x, y) = Heads.data(40)
    let model = try Heads.small()
    try model.compile(optimizer: .adam(useEMA: true, emaMomentum: 0.5, emaOverwriteFrequency: 2))
    try await model.fit(x, y, epochs: 1, batchSize: 10, shuffle: false, progress: .silent)
    // The fourth step overwrote the weights: averages and weights are equal.
    let state = try #require(model.compiled.optimizerState)
    let ended = try model.weights()
    for (name, value) in ended { #expect(state.tensors["average/\(name)"] == value) }
  }
}
