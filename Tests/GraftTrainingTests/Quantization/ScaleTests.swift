import GraftCore
import GraftGraph
import Testing

@testable import GraftTraining

/// How scales are found from numbers.
@Suite struct ScaleTests {
  private func histograms(_ numbers: [Float], channels: Int = 1) -> ChannelHistograms {
    var result = ChannelHistograms(channels: channels)
    numbers.withUnsafeBufferPointer { result.add($0, from: 0, step: 1, few: 64) }
    result.count()
    return result
  }

  @Test func countsDoNotDependOnTheOrderOfPictures() {
    let random = RandomNumbers(seed: 3)
    let numbers = (0..<6000).map { 20 * random.uniform(at: UInt64($0)) - 10 }
    var whole = histograms(Array(numbers[..<3000]), channels: 3)
    numbers[3000...].withUnsafeBufferPointer { whole.add($0, from: 0, step: 1, few: 64) }
    whole.count()
    var parts = histograms(Array(numbers[3000...]), channels: 3)
    parts.add(histograms(Array(numbers[..<3000]), channels: 3))
    parts.count()
    for channel in 0..<3 {
      let own = stride(from: channel, to: 6000, by: 3).map { numbers[$0] }
      #expect(whole.largest(channel) == Double(own.map(abs).max() ?? 0))
      #expect(whole.mean(channel) == parts.mean(channel))
      // Sums are kept in units of 2⁻¹⁶.
      #expect(abs(whole.mean(channel) - own.reduce(0) { $0 + Double($1) } / 2000) < 1e-4)
      #expect(whole.bins(channel).map(\.share) == parts.bins(channel).map(\.share))
    }
  }

  @Test func everySoManyPixels() {
    // Pixels 1 and 4 of 6, with two channels.
    var some = ChannelHistograms(channels: 2)
    (0..<12).map { Float($0 + 1) }.withUnsafeBufferPointer { some.add($0, from: 1, step: 3, few: 64) }
    #expect(some.mean(0) == 6 && some.mean(1) == 7)
    #expect(some.largest(0) == 9 && some.largest(1) == 10)
  }

  @Test func ofManyPixelsEveryFourthIsCounted() {
    // 1000 pixels of which every second is 1: what is counted is all ones, the mean is of all.
    let counted = histograms((0..<1000).map { Float(1 - $0 % 2) })
    #expect(counted.mean(0) == 0.5)
    #expect(counted.bins(0).map(\.share) == [1])
    // With few pixels all of them count.
    #expect(histograms((0..<100).map { Float(1 - $0 % 2) }).bins(0).map(\.share) == [0.5])
  }

  @Test func zerosAreNumbersToo() {
    let half = histograms([0, 0, 4, 4])
    #expect(half.mean(0) == 2)
    #expect(half.bins(0).map(\.share) == [0.5])
    #expect(histograms([0, 0]).largest(0) == 0)
  }

  @Test func everyNumberIsInTheBinOfItsMagnitude() {
    // Eight bins to an octave, and what lies beyond in the outermost; more numbers than wait to be counted at a time.
    let magnitudes: [Float] = [0x1p-30, 0x1p-16, 0.99, 1, 1.13, 3e4, 1e9]
    let numbers = (0..<200_000).map { magnitudes[$0 % 7] * ($0 % 2 == 0 ? 1 : -1) }
    var all = ChannelHistograms(channels: 1)
    for start in stride(from: 0, to: 200_000, by: 50_000) {
      numbers[start..<(start + 50_000)].withUnsafeBufferPointer { all.add($0, from: 0, step: 1, few: .max) }
    }
    all.count()
    let bins = all.bins(0)
    #expect(bins.map { Int(($0.share * 7).rounded()) } == [2, 1, 1, 1, 1, 1])
    for (bin, magnitude) in zip(bins, [0x1p-16, 0.99, 1, 1.13, 3e4]) {
      #expect(abs(bin.magnitude / magnitude - 1) <= 0.0625, "\(bin)")
    }
    #expect(bins.last.map { $0.magnitude > 5e4 && $0.magnitude < 0x1p16 } == true)
  }

  @Test func evenNumbersAreNotCutOff() {
    let numbers = (1...4000).map { Float($0) / 4000 }
    #expect(RoundingError(histograms(numbers), 0, levels: 255).bestLimit == 1)
  }

  @Test func aLonelyFarNumberIsCutOff() {
    // Ten million numbers about 1 and one of 100: rounding all of them in steps of 100/127 would lose more than that one.
    var numbers = (0..<400_000).map { 0.5 + Float($0 % 1000) / 1000 }
    numbers.append(3)
    let error = RoundingError(histograms(numbers), 0, levels: 15)
    #expect(error.largest == 3)
    #expect(error.bestLimit < 2 && error.bestLimit >= 1.3)
  }

  @Test func errorsMatchWhatRoundingDoes() {
    let random = RandomNumbers(seed: 5)
    // Two uniform numbers multiplied: many small ones, few large ones.
    let numbers = (0..<50_000).map { random.uniform(at: UInt64(2 * $0)) * random.uniform(at: UInt64(2 * $0 + 1)) * 8 }
    let error = RoundingError(histograms(numbers), 0, levels: 255)
    for steps in [-4, 0, 4, 8, 16] {
      var limit = error.largest
      for _ in 0..<abs(steps) { limit = steps > 0 ? limit * RoundingError.ratio : limit / RoundingError.ratio }
      #expect(error.steps(to: limit) == steps)
      let step = limit / 255
      let measured =
        numbers.reduce(0.0) { sum, number in
          let x = Double(number)
          let y = min(255, (x / step).rounded()) * step
          return sum + (x - y) * (x - y)
        } / 50_000
      #expect(
        abs(error.error(steps: steps) / measured - 1) < 0.2, "\(steps): \(error.error(steps: steps)), \(measured)")
    }
  }

  @Test func samplesAreSpreadOverAll() {
    struct Numbered: SampleSource {
      let count: Int
      func makeLoader() -> any SampleLoader { fatalLoader }
      private var fatalLoader: any SampleLoader { TensorSource(Tensor(zeros: [1, 1])).makeLoader() }
    }
    #expect(PendingSource(4, of: Numbered(count: 10)).places.map(\.sample) == [0, 2, 5, 7])
    #expect(PendingSource(8, of: Numbered(count: 3)).places.map(\.sample) == [0, 1, 2])
  }
}
