import GraftCore
import GraftGraph
import Testing

@testable import GraftTraining

/// Sums over rows of channels, whose numbers do not always fill vectors, against their formulas.
@Suite struct DistanceTests {
  private func numbers(_ count: Int, stream: UInt64) -> [Float] {
    let random = RandomNumbers(seed: 5, stream: stream)
    return (0..<count).map { 4 * random.uniform(at: UInt64($0)) - 2 }
  }

  private func distance(_ expected: [Float], _ actual: [Float], times scales: [Float] = []) -> Distance {
    expected.withUnsafeBufferPointer { expected in
      actual.withUnsafeBufferPointer { Distance(expected, $0, times: scales) }
    }
  }

  @Test(arguments: [1, 3, 7, 8, 9, 16, 21], [false, true])
  func isItsFormula(_ channels: Int, _ isScaled: Bool) {
    let (expected, other) = (numbers(5 * channels, stream: 1), numbers(5 * channels, stream: 2))
    let scales = isScaled ? (0..<channels).map { 0.5 + Float($0) } : []
    let actual = other.enumerated().map { $1 * (isScaled ? scales[$0 % channels] : 1) }
    func sum(_ term: (Double, Double) -> Double) -> Double {
      zip(expected, actual).reduce(0) { $0 + term(Double($1.0), Double($1.1)) }
    }
    let found = distance(expected, other, times: scales)
    let squares = sum { x, _ in x * x }
    let error = (sum { ($0 - $1) * ($0 - $1) } / squares).squareRoot()
    let cosine = sum { $0 * $1 } / (squares * sum { $1 * $1 }).squareRoot()
    // Sums of a hundred terms in another order.
    #expect(abs(found.relativeError - error) <= 1e-12 * error)
    #expect(abs(found.cosine - cosine) <= 1e-12)
    #expect(found.largest == expected.map(\.magnitude).max())
    // Both halves together are the whole.
    let half = 2 * channels
    let parts =
      distance(Array(expected[..<half]), Array(other[..<half]), times: scales)
      + distance(Array(expected[half...]), Array(other[half...]), times: scales)
    #expect(abs(parts.relativeError - error) <= 1e-12 * error)
    #expect(parts.largest == found.largest)
  }

  @Test func ofNothingAndOfNoNumbers() {
    #expect(distance([], []).relativeError == 0)
    #expect(distance([0, 0], [0, 0]).cosine == 1)
    #expect(distance([0, 0], [0, 1]).cosine == 0)
    #expect(distance([0, 0], [0, 1]).relativeError == 1)
    #expect(distance([1, 2], [1, .nan]).cosine.isNaN)
    #expect(distance([1, .infinity], [1, 2]).cosine.isFinite == false)
  }

  /// What is the same for all outputs is summed once: as if each had been summed by itself.
  @Test func aWholeKernelReachesAsItsGroupsDo() {
    let convolution = ConvolutionOperation(kernelSize: Extent(height: 3, width: 1), filters: 5, hasBias: false)
    let shape: Shape = [3, 1, 4, 5]
    let reader = ScaleGroup.Reader(
      channels: KernelChannels(.convolution(convolution), shape), isDepthwise: false,
      weights: numbers(shape.count, stream: 3))
    #expect(!reader.channels.isGrouped)
    let (scales, squares) = (numbers(4, stream: 4).map(\.magnitude), numbers(4, stream: 5).map { Double($0 * $0) })
    let (whole, groups) = (reader.reach(scales, squares), reader.reachOfGroups(scales, squares))
    #expect(whole.largest == groups.largest)
    #expect(whole.sums == groups.sums)
    #expect(Set(whole.largest).count == 5)
  }
}
