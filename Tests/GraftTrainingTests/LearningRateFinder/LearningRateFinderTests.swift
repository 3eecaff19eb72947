import Foundation
import GraftCore
import GraftGraph
import GraftImages
import GraftLayers
import Testing

@testable import GraftTraining

@Suite struct LearningRateFinderTests {
  private let rates = (0..<100).map { 1e-7 * pow(1e8, Double($0) / 99) }

  /// A loss that falls like a sigmoid of log₁₀ η about 10⁻³ is steepest there.
  @Test func suggestsTheSteepestDescent() throws {
    let losses = rates.map { 2 - 1.5 / (1 + exp(-3 * (log10($0) + 3))) }
    let finding = LearningRateFinding(rates: rates, losses: losses, smoothing: 0)
    let suggestion = try #require(finding.suggestion)
    let step = 8.0 / 99
    #expect(abs(log10(suggestion) + 3) <= step)
    #expect(finding.points.map(\.loss) == losses)
    #expect(finding.points.map(\.smoothedLoss) == losses)
    #expect(!finding.hasDiverged)
    // However far the smoothed losses lag behind, the suggestion does not.
    let smooth = LearningRateFinding(rates: rates, losses: losses, smoothing: 0.9)
    #expect(smooth.suggestion == suggestion)
    #expect(smooth.points[60].smoothedLoss > losses[60] + 0.1)
    // Nor do batches that are harder or easier than others lead it far away.
    let noise = RandomNumbers(seed: 3)
    let noisy = losses.enumerated().map { $0.element + 0.1 * Double(noise.normal(at: UInt64($0.offset))) }
    let found = try #require(LearningRateFinding(rates: rates, losses: noisy, smoothing: 0.9).suggestion)
    #expect(abs(log10(found) + 3) <= 0.5)
  }

  @Test func meansAreUnbiased() {
    let finding = LearningRateFinding(rates: rates, losses: [1, 2, 4], smoothing: 0.5)
    let expected: [Double] = [1, 1.25 / 0.75, 2.625 / 0.875]
    #expect(finding.points.map(\.smoothedLoss) == expected)
    let constant = LearningRateFinding(rates: rates, losses: rates.map { _ in 3 }, smoothing: 0.9)
    let farthest = constant.points.map { abs($0.smoothedLoss - 3) }.max() ?? 1
    #expect(farthest < 1e-12)
    #expect(constant.points.count == 100)
  }

  @Test func divergenceEndsTheSearch() {
    // 4 times the best is still allowed, more is not.
    let losses: [Double] = [2, 1, 3, 4, 4.0001, 1]
    let finding = LearningRateFinding(rates: rates, losses: losses, smoothing: 0)
    #expect(finding.hasDiverged)
    #expect(finding.points.map(\.loss) == [2, 1, 3, 4, 4.0001])
    let infinite = LearningRateFinding(rates: rates, losses: [2, 1, .infinity, 1], smoothing: 0)
    #expect(infinite.hasDiverged)
    #expect(infinite.points.count == 2)
  }

  @Test func nothingToSuggest() {
    let losses = (0..<100).map { 1 + 0.01 * Double($0) }
    let rising = LearningRateFinding(rates: rates, losses: losses, smoothing: 0.9)
    #expect(rising.suggestion == nil)
    #expect(rising.text.hasSuffix("there is nothing to suggest."))
    #expect(LearningRateFinding(rates: [], losses: [], smoothing: 0).suggestion == nil)
  }

  private func compiledModel() throws -> Model {
    let model = try Heads.normalized()
    try model.compile(optimizer: .adam(learningRate: 0.003), loss: .categoricalCrossentropy, metrics: [.accuracy])
    return model
  }

  /// A search leaves no trace: what follows it is, to the bit, what would have been without it.
  @Test func leavesTheModelAsItWas() async throws {
    let (x, y) = Heads.data(70)
    let plain = try compiledModel()
    let searched = try compiledModel()
    for model in [plain, searched] { try await model.fit(x, y, epochs: 2, seed: 3, progress: .silent) }
    let before = try searched.weights()
    let finding = try await searched.findLearningRate(on: x, y, steps: 40, batchSize: 16, seed: 5)
    #expect(try searched.weights() == before)
    #expect(finding.points.count > 10)
    #expect(finding.points.count <= 40)
    #expect(finding.points[0].learningRate == Double(Float(1e-7)))
    for model in [plain, searched] { try await model.fit(x, y, epochs: 2, seed: 4, progress: .silent) }
    #expect(try searched.weights() == plain.weights())
    #expect(try await searched.evaluate(x, y).values == plain.evaluate(x, y).values)
  }

  /// The first loss is that of the model as it is; losses are those of single batches, also of the last and smaller one.
  @Test func lossesAreThoseOfBatches() async throws {
    let (x, y) = Heads.data(40)
    let model = try Heads.small()
    try model.compile(optimizer: .sgd(), loss: .categoricalCrossentropy)
    let finding = try await model.findLearningRate(
      on: x, y, minimum: 1e-9, maximum: 1e-8, steps: 12, batchSize: 16, seed: 1)
    #expect(finding.points.count == 12)
    // With rates so small every epoch's batches have the loss of all samples as their mean.
    let whole = try await model.evaluate(x, y).loss
    for epoch in 0..<4 {
      let losses = finding.points[(3 * epoch)..<(3 * epoch + 3)].map(\.loss)
      let mean = (16 * losses[0] + 16 * losses[1] + 8 * losses[2]) / 40
      #expect(abs(mean - whole) <= 1e-6 * whole, "epoch \(epoch)")
      #expect(Set(losses).count == 3)
    }
  }

  @Test func findsAUsefulRateAndDiverges() async throws {
    let (x, y) = Heads.data(200)
    let model = try Heads.small()
    try model.compile(optimizer: .sgd(learningRate: 0), loss: .categoricalCrossentropy)
    let finding = try await model.findLearningRate(on: x, y, minimum: 1e-5, maximum: 1e5, steps: 100, batchSize: 20)
    #expect(finding.hasDiverged)
    #expect(finding.points.count < 100)
    let suggestion = try #require(finding.suggestion)
    try model.compile(
      optimizer: .sgd(learningRate: LearningRate(suggestion)), loss: .categoricalCrossentropy)
    let history = try await model.fit(x, y, epochs: 5, batchSize: 20, progress: .silent)
    let losses = history["loss"]
    #expect(losses[4] < 0.7 * losses[0])
    let image = try finding.plot(width: 400, height: 300)
    #expect(image.width == 400)
    #expect(finding.text.contains("the search ended"))
    #expect(finding.text.contains("Suggested learning rate: "))
    #expect(try JSONDecoder().decode(LearningRateFinding.self, from: JSONEncoder().encode(finding)) == finding)
  }

  @Test func picturesAreTakenAtRandomAndNoMoreThanNeeded() async throws {
    let ramp = try LearningRateRamp(1e-7, 10, steps: 10, batchSize: 2, smoothing: 0.9)
    let taken = ramp.samples(of: 50, seed: 1)
    #expect(taken.count == 20)
    #expect(Set(taken).count == 20)
    #expect(taken == taken.sorted())
    #expect(ramp.samples(of: 50, seed: 2) != taken)
    #expect(ramp.samples(of: 20, seed: 1) == Array(0..<20))
    #expect(ramp.rates.count == 10)
    #expect(ramp.rates[9] == 10)

    let folder = try PictureFolder(perClass: 5)
    let model = try PictureModel().model
    try model.compile()
    let finding = try await model.findLearningRate(on: folder.images(), steps: 10, batchSize: 4)
    #expect(finding.points.count >= 8)
  }

  @Test func numbersThatCannotWorkAreTold() async throws {
    let (x, y) = Heads.data(20)
    let model = try compiledModel()
    func failure(_ body: () async throws -> Void) async -> GraftError? {
      do {
        try await body()
        return nil
      } catch { return error as? GraftError }
    }
    #expect(await failure { _ = try await model.findLearningRate(on: x, y, minimum: 0) }?.code == .invalidArgument)
    #expect(
      await failure { _ = try await model.findLearningRate(on: x, y, minimum: 1, maximum: 1) }?.code
        == .invalidArgument)
    #expect(
      await failure { _ = try await model.findLearningRate(on: x, y, steps: 9) }?.message.contains("Received: 9")
        == true)
    #expect(await failure { _ = try await model.findLearningRate(on: x, y, batchSize: 0) }?.code == .invalidArgument)
    #expect(await failure { _ = try await model.findLearningRate(on: x, y, smoothing: 1) }?.code == .invalidArgument)
    #expect(await failure { _ = try await model.findLearningRate(on: y, y) }?.code == .shapeMismatch)
    let none = await failure { _ = try await model.findLearningRate(on: x.rows(0..<0), y.rows(0..<0)) }
    #expect(none?.code == .invalidData)
    // After an error the model is compiled as it was.
    try await model.fit(x, y, progress: .silent)
    let plain = try compiledModel()
    try await plain.fit(x, y, progress: .silent)
    #expect(try model.weights() == plain.weights())
    #expect(await failure { _ = try await Heads.small().findLearningRate(on: x, y) }?.code == .invalidArgument)
  }
}
