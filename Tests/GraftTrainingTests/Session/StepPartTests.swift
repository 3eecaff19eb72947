import Testing

@testable import GraftTraining

/// A batch is divided without a sample lost or seen twice, and no worker has more to do than another.
@Suite struct StepPartTests {
  @Test func sharesAreCutIntoParts() {
    #expect(
      StepPart.divide(11, workers: 2, size: 3) == [
        StepPart(worker: 0, samples: 0..<2), StepPart(worker: 0, samples: 2..<5),
        StepPart(worker: 1, samples: 5..<8), StepPart(worker: 1, samples: 8..<11),
      ])
    #expect(
      StepPart.divide(8, workers: 3, size: .max) == [
        StepPart(worker: 0, samples: 0..<2), StepPart(worker: 1, samples: 2..<5), StepPart(worker: 2, samples: 5..<8),
      ])
    #expect(StepPart.divide(5, workers: 1, size: 5) == [StepPart(worker: 0, samples: 0..<5)])
  }

  @Test func fewSamplesHaveFewWorkers() {
    #expect(
      StepPart.divide(2, workers: 4, size: .max)
        == [StepPart(worker: 0, samples: 0..<1), StepPart(worker: 1, samples: 1..<2)])
    #expect(StepPart.divide(1, workers: 2, size: 8) == [StepPart(worker: 0, samples: 0..<1)])
  }

  @Test func everySampleOnce() {
    for count in 1...40 {
      for workers in 1...5 {
        for size in [1, 2, 3, 7, 64, Int.max] {
          let parts = StepPart.divide(count, workers: workers, size: size)
          #expect(parts.flatMap(\.samples) == Array(0..<count))
          // About as wanted, or the whole share if that is less; and in equal parts.
          let wanted = Double(min(size, (count + workers - 1) / workers))
          #expect(parts.allSatisfy { !$0.samples.isEmpty && Double($0.samples.count) <= max(1.5 * wanted, wanted + 1) })
          for worker in 0..<min(workers, count) {
            let sizes = parts.filter { $0.worker == worker }.map(\.samples.count)
            #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1, "\(count), \(workers), \(size): \(sizes)")
          }
          let shares = (0..<min(workers, count)).map { worker in
            parts.reduce(0) { $0 + ($1.worker == worker ? $1.samples.count : 0) }
          }
          #expect(shares.reduce(0, +) == count)
          #expect((shares.max() ?? 0) - (shares.min() ?? 0) <= 1, "\(count), \(workers): \(shares)")
        }
      }
    }
  }
}
