import GraftCore
import GraftImages
import GraftLayers
import GraftTestSupport
import Testing

@testable import GraftTraining

@Suite struct HeadComparisonTests {
  private func score(_ kind: HeadKind, _ accuracies: [Double]) -> HeadScore {
    HeadScore(kind: kind, accuracies: accuracies, logLosses: accuracies.map { 1 - $0 }, seconds: 0)
  }

  @Test func denseMustBeBetterByMoreThanAnError() {
    let linear = score(.linear, [0.8, 0.9, 0.8, 0.9])
    // Differences 0.1, 0.1, 0.1, 0.06: mean 0.09, standard error 0.01.
    let better = HeadComparison(dense: score(.dense, [0.9, 1, 0.9, 0.96]), linear: linear)
    #expect(better.choice == .dense)
    #expect(
      better.reason == """
        dense: 94.0 % of the pictures that were held out are right, against 85.0 % with linear, over the same 4 folds; \
        that is 9.0 points more, beyond the standard error of 1.0.
        """)
    // Differences 0.1, −0.06, 0.04, 0: mean 0.02, standard error 0.0337.
    let alike = HeadComparison(dense: score(.dense, [0.9, 0.84, 0.84, 0.9]), linear: linear)
    #expect(alike.choice == .linear)
    #expect(
      alike.reason == """
        linear: 85.0 % of the pictures that were held out are right, against 87.0 % with dense, over the same 4 folds; \
        the difference of 2.0 points is within the standard error of 3.4, and the linear head has one minimum and no \
        learning rate.
        """)
    let worse = HeadComparison(dense: score(.dense, [0.7, 0.8, 0.7, 0.8]), linear: linear)
    #expect(worse.choice == .linear)
    #expect(worse.table.hasPrefix("head    accuracy      log loss  time\ndense   75.0 % ± 5.8  0.250     0.00 s\n"))
    #expect(worse.table.hasSuffix("linear  85.0 % ± 5.8  0.150     0.00 s  chosen"))
  }

  /// Rings about the origin: no plane parts them, a hidden layer does.
  @Test func choosesDenseWherePlanesFail() async throws {
    let random = RandomNumbers(seed: 3)
    let labels = (0..<300).map { $0 % 2 }
    let points = (0..<300).map { index -> [Float] in
      let direction = (0..<2).map { random.normal(at: UInt64(2 * index + $0)) }
      let length = (direction[0] * direction[0] + direction[1] * direction[1]).squareRoot()
      let radius: Float = index % 2 == 0 ? 1 : 2
      return direction.map { $0 / length * radius }
    }
    let comparison = try await HeadComparison.compare(
      features: Tensor(points), classIndices: labels, classes: 2,
      dense: DenseHeadRecipe(units: 64, epochs: 40, optimizer: .adam(learningRate: 0.01)))
    #expect(comparison.choice == .dense)
    #expect(comparison.foldCount == 5)
    #expect(comparison.scores.map(\.kind) == [.dense, .linear])
    #expect(comparison.scores[0].accuracy > 0.97)
    #expect(comparison.scores[1].accuracy < 0.7)
  }

  /// Samples of one point in two classes, one of them rare: a weight on the rare class turns both heads round.
  @Test func classWeightsCountForBothHeads() async throws {
    let labels = (0..<60).map { $0 % 6 == 0 ? 1 : 0 }
    let features = Tensor(zeros: [60, 2])
    func accuracies(_ weights: ClassWeights?) async throws -> [Double] {
      try await HeadComparison.compare(
        features: features, classIndices: labels, classes: 2,
        dense: DenseHeadRecipe(units: 4, epochs: 60, batchSize: 60, optimizer: .adam(learningRate: 0.05)),
        linear: LinearHeadOptions(regularizations: [1], classWeight: weights)
      ).scores.map(\.accuracy)
    }
    // Always the common class: 10 of 12 in each fold. With the weight: always the rare one, 2 · 45 of 2 · 45 + 10.
    for accuracy in try await accuracies(nil) { #expect(abs(accuracy - 10.0 / 12) < 1e-9) }
    for accuracy in try await accuracies([1: 45]) { #expect(abs(accuracy - 0.9) < 1e-9) }
  }

  @Test func withoutFoldsItSaysSo() async throws {
    let comparison = try await HeadComparison.compare(
      features: Heads.data(4).x, classIndices: [0, 1, 1, 1], classes: 2)
    #expect(comparison.choice == .linear)
    #expect(comparison.scores.isEmpty)
    #expect(comparison.reason.contains("fewer than two different pictures"))
  }
}
