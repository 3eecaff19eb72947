import GraftCore
import Testing

@testable import GraftTraining

/// Which view of a bank each sample is seen in.
@Suite struct SampleViewsTests {
  private func set(samples: Int, views: Int) -> PreparedSet {
    PreparedSet(
      .table([Tensor(zeros: [samples * views, 1])]), targets: Tensor(zeros: [samples * views, 1]), views: views)
  }

  @Test(arguments: [2, 3, 8]) func allViewsAreDrawnAlike(views: Int) {
    let set = set(samples: 1000, views: views)
    var counts = [Int](repeating: 0, count: views)
    for epoch in 1...10 {
      let drawn = SampleViews(set: set, seed: 4, epoch: epoch)
      for sample in 0..<1000 { counts[drawn.view(sample)] += 1 }
    }
    // A binomial count of 10,000 draws is within five standard deviations all but once in a million times.
    let share = 1 / Double(views)
    let bound = 5 * (10_000 * share * (1 - share)).squareRoot()
    #expect(counts.allSatisfy { abs(Double($0) - 10_000 * share) < bound }, "\(counts)")
  }

  @Test func drawsDependOnSeedEpochAndSample() {
    let set = set(samples: 100, views: 4)
    func draws(_ seed: UInt64, _ epoch: Int) -> [Int] {
      let views = SampleViews(set: set, seed: seed, epoch: epoch)
      return (0..<100).map(views.view)
    }
    #expect(draws(1, 1) == draws(1, 1))
    #expect(draws(1, 1) != draws(2, 1))
    #expect(draws(1, 1) != draws(1, 2))
    #expect(Set(draws(1, 1)).count == 4)
  }
}
