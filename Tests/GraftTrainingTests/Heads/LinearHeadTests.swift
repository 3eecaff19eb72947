import GraftCore
import GraftImages
import GraftTestSupport
import Synchronization
import Testing

@testable import GraftTraining

@Suite struct LinearHeadTests {
  private func samples(_ count: Int) -> (features: Tensor, labels: [Int]) {
    let (x, y) = Heads.data(count)
    return (x, (0..<count).map { row in (0..<Heads.classes).first { y[row, $0] == 1 } ?? 0 })
  }

  @Test func sameDataSameHead() async throws {
    let (features, labels) = samples(600)
    let first = try await LinearHead.fit(features: features, classIndices: labels, classes: 3)
    let second = try await LinearHead.fit(features: features, classIndices: labels, classes: 3)
    #expect(first.kernel == second.kernel)
    #expect(first.bias == second.bias)
    #expect(first.scores == second.scores)
    #expect(first.gradientNorm <= 1e-8)
  }

  /// A weight of 2 is the same sample twice, once C says so, too.
  @Test func weightsCountSamples() async throws {
    let (features, labels) = samples(40)
    let options = LinearHeadOptions(regularizations: [0.5])
    let doubled = (0..<40).flatMap { $0 % 3 == 0 ? [$0, $0] : [$0] }
    let weighted = try await LinearHead.fit(
      features: features, classIndices: labels, classes: 3, sampleWeights: (0..<40).map { $0 % 3 == 0 ? 2 : 1 },
      options: options)
    // Standardisation looks at samples, not at weights: the table with copies is standardised as the one without.
    let scaling = ColumnScaling(features)
    var copies = try HeadSamples(
      features.rows(at: doubled), doubled.map { labels[$0] }, classes: 3, weights: nil,
      groups: HeadSamples.groups(nil, doubled.map { labels[$0] }, seed: 0), options)
    copies.folds = nil
    let solution = try await LinearHead.solve(
      copies, scaling.apply(copies.features), scaling, regularization: 0.5, tolerance: 1e-8)
    #expect(weighted.kernel.mismatch(solution.kernel, atol: 1e-5, rtol: 1e-5) == nil)
    #expect(weighted.bias.mismatch(solution.bias, atol: 1e-5, rtol: 1e-5) == nil)
  }

  /// A class's weight is that of each of its samples; a class of weight 0 is refused.
  @Test func classWeightsAreSampleWeights() async throws {
    let (features, labels) = samples(30)
    var options = LinearHeadOptions(regularizations: [1])
    let bySample = try await LinearHead.fit(
      features: features, classIndices: labels, classes: 3, sampleWeights: labels.map { $0 == 1 ? 5 : 1 },
      options: options)
    options.classWeight = [1: 5]
    let byClass = try await LinearHead.fit(features: features, classIndices: labels, classes: 3, options: options)
    #expect(byClass.kernel == bySample.kernel)
    #expect(byClass.bias == bySample.bias)
    options.classWeight = [1: 0]
    await #expect(throws: GraftError.self) {
      _ = try await LinearHead.fit(features: features, classIndices: labels, classes: 3, options: options)
    }
  }

  @Test func equalSamplesStayTogether() throws {
    let labels = (0..<60).map { $0 % 3 }
    // Samples 0 and 30, 3 and 33, … are the same picture.
    let ids = (0..<60).map { $0 % 30 }
    let options = LinearHeadOptions()
    let parted = try HeadSamples(
      Heads.data(60).x, labels, classes: 3, weights: nil, groups: HeadSamples.groups(ids, labels, seed: 7), options)
    let folds = try #require(parted.folds)
    for sample in 0..<30 { #expect(folds[sample] == folds[sample + 30]) }
    for fold in 0..<5 {
      for label in 0..<3 { #expect((0..<60).count { folds[$0] == fold && labels[$0] == label } == 4) }
    }
    let other = try HeadSamples(
      Heads.data(60).x, labels, classes: 3, weights: nil, groups: HeadSamples.groups(ids, labels, seed: 8), options)
    #expect(other.folds != folds)
  }

  @Test func fewSamplesMeanFewFolds() async throws {
    let features = Heads.data(9).x
    let three = try await LinearHead.fit(
      features: features, classIndices: [0, 0, 0, 1, 1, 1, 2, 2, 2], classes: 3)
    #expect(three.foldCount == 3)
    #expect(three.scores.map(\.regularization) == Array(LinearHeadOptions().path.prefix(three.scores.count)))
    #expect(three.scores.count >= 3)
    let one = try await LinearHead.fit(
      features: features, classIndices: [0, 0, 0, 0, 1, 1, 1, 1, 2], classes: 3)
    #expect(one.foldCount == 0)
    #expect(one.scores.isEmpty)
    #expect(one.regularization == LinearHead.defaultRegularization)
  }

  @Test func tellsProgress() async throws {
    let (features, labels) = samples(30)
    let told = Told()
    _ = try await LinearHead.fit(
      features: features, classIndices: labels, classes: 3,
      options: LinearHeadOptions(regularizations: [0.1, 1], foldCount: 3)
    ) { done, total in told.values.withLock { $0.append([done, total]) } }
    #expect(told.values.withLock { $0 } == (1...7).map { [$0, 7] })
  }

  private final class Told: Sendable { let values = Mutex<[[Int]]>([]) }

  @Test func canBeCancelled() async throws {
    let (features, labels) = samples(300)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await LinearHead.fit(features: features, classIndices: labels, classes: 3)
    }
    await #expect(throws: CancellationError.self) { _ = try await task.value }
  }

  @Test func refusesWhatCannotBeFitted() async throws {
    let (features, labels) = samples(20)
    func code(_ body: () async throws -> LinearHeadFit) async -> GraftError.Code? {
      do { _ = try await body() } catch let error as GraftError { return error.code } catch {}
      return nil
    }
    var broken = features
    broken[3, 2] = .nan
    #expect(await code { try await LinearHead.fit(features: broken, classIndices: labels, classes: 3) } == .nonFinite)
    #expect(
      await code { try await LinearHead.fit(features: features, classIndices: labels, classes: 4) } == .invalidData)
    #expect(
      await code { try await LinearHead.fit(features: features, classIndices: labels, classes: 2) }
        == .invalidArgument)
    #expect(
      await code { try await LinearHead.fit(features: features, classIndices: [0, 1], classes: 2) } == .shapeMismatch)
    #expect(
      await code {
        try await LinearHead.fit(
          features: features, classIndices: labels, classes: 3,
          sampleWeights: [Float](repeating: 0, count: 20))
      } == .invalidArgument)
    for options in [
      LinearHeadOptions(regularizations: []), LinearHeadOptions(regularizations: [0]), LinearHeadOptions(foldCount: 1),
      LinearHeadOptions(gradientTolerance: 0),
    ] {
      #expect(
        await code {
          try await LinearHead.fit(features: features, classIndices: labels, classes: 3, options: options)
        } == .invalidArgument)
    }
  }

  @Test func strongestWithinOneStandardError() {
    var table = RegularizationTable(folds: 4)
    for (regularization, losses) in [
      (0.01, [1, 1, 1, 1]), (0.1, [0.56, 0.6, 0.5, 0.54]), (1, [0.4, 0.6, 0.4, 0.6]), (10, [0.45, 0.55, 0.5, 0.7]),
    ] { table.append(regularization, losses.map { (logLoss: $0, accuracy: 1 - $0) }) }
    #expect(table.path == [0.01, 0.1, 1, 10])
    // Means 1, 0.55, 0.5, 0.55; the best one's standard error is 0.0577.
    #expect(table.choice() == 1)
    // Without the fourth fold: 1, 0.553, 0.467, 0.5; standard error 0.0667.
    #expect(table.choice(leavingOut: 3) == 2)
    #expect(table.scores[2].logLossDeviation == Spread([0.4, 0.6, 0.4, 0.6]).deviation)
  }

  /// A walk ends when two strengths in a row are worse than the best by more than its standard error.
  @Test func endsWhereItIsClearlyWorse() {
    var table = RegularizationTable(folds: 2)
    var ends: [Bool] = []
    // Means 1, 0.5 (standard error 0.1), 0.58, 0.62, 0.7.
    for losses in [[1.1, 0.9], [0.6, 0.4], [0.68, 0.48], [0.72, 0.52], [0.8, 0.6]] {
      table.append(Double(table.path.count + 1), losses.map { (logLoss: $0, accuracy: 0.5) })
      ends.append(table.isClearlyPastItsBest)
    }
    #expect(ends == [false, false, false, false, true])
  }
}
