/// How often magnitudes occur in each channel of a value: in bins of an eighth of a power of 2. Counts do not depend on the
/// order in which numbers come.
struct ChannelHistograms: Sendable {
  /// Bins per channel, from 2⁻¹⁶ to 2¹⁶; what lies beyond is counted in the first or last one.
  static let binCount = 256
  private static let binsPerOctave = 8
  private static let firstExponent = 127 - 16
  /// Beyond it a picture's sum is cut off.
  private static let farthest: Float = 0x1p36

  let channels: Int
  private var counts: [UInt32]
  /// Per channel, in units of 2⁻¹⁶: whole numbers, whose sum does not depend on the order of the pictures.
  private var sums: [Int64]
  private var maxima: [Float]
  /// Numbers looked at per channel, zeros included.
  private var total = 0
  /// Numbers counted per channel, zeros included.
  private var counted = 0

  init(channels: Int) {
    self.channels = channels
    counts = [UInt32](repeating: 0, count: channels * Self.binCount)
    sums = [Int64](repeating: 0, count: channels)
    maxima = [Float](repeating: 0, count: channels)
  }

  /// Looks at every `step`th pixel of a picture from `start` on for means and largest magnitudes. Where there are many, every
  /// fourth of these is counted: scales need fewer numbers than means do, and counting takes the longest.
  mutating func add(_ values: UnsafeBufferPointer<Float>, from start: Int, step: Int) {
    guard let base = values.baseAddress else { return }
    let channels = channels
    let pixels = values.count / channels
    let looked = (pixels - start + step - 1) / step
    let countedStep = step * max(1, min(4, looked / Self.fewPixels))
    withTables { counts, maxima, sums in
      // A few channels at a time, whose counts stay in the cache.
      for first in stride(from: 0, to: channels, by: Self.blockSize) {
        let block = first..<min(first + Self.blockSize, channels)
        let (sum, most) = Self.sums(base + first, channels, block.count, stride(from: start, to: pixels, by: step))
        for channel in block {
          maxima[channel] = max(maxima[channel], most[channel - first])
          sums[channel] &+= Int64(max(-Self.farthest, min(Self.farthest, sum[channel - first])) * 65536)
        }
        for pixel in stride(from: start, to: pixels, by: countedStep) {
          for channel in block {
            let bits = Int(base[pixel &* channels &+ channel].bitPattern & 0x7fff_ffff)
            guard bits != 0 else { continue }
            // Exponent and the upper three bits behind it, as one number.
            let bin = (bits >> 20) - Self.firstExponent * Self.binsPerOctave
            counts[channel * Self.binCount + max(0, min(Self.binCount - 1, bin))] &+= 1
          }
        }
      }
    }
    total += looked
    counted += (pixels - start + countedStep - 1) / countedStep
  }

  private static let blockSize = 16
  /// Pixels of a picture of which all are counted.
  private static let fewPixels = 64

  /// The sums and the largest magnitudes of up to 16 channels, in the order of the pixels.
  private static func sums(
    _ base: UnsafePointer<Float>, _ channels: Int, _ count: Int, _ pixels: StrideTo<Int>
  ) -> (sum: SIMD16<Float>, most: SIMD16<Float>) {
    var (sum, most) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
    for pixel in pixels {
      var numbers = SIMD16<Float>.zero
      if count == blockSize {
        numbers = UnsafeRawPointer(base + pixel &* channels).loadUnaligned(as: SIMD16<Float>.self)
      } else {
        for channel in 0..<count { numbers[channel] = base[pixel &* channels &+ channel] }
      }
      sum += numbers
      most = pointwiseMax(most, numbers.replacing(with: -numbers, where: numbers .< 0))
    }
    return (sum, most)
  }

  private mutating func withTables(
    _ body: (
      _ counts: UnsafeMutableBufferPointer<UInt32>, _ maxima: UnsafeMutableBufferPointer<Float>,
      _ sums: UnsafeMutableBufferPointer<Int64>
    ) -> Void
  ) {
    counts.withUnsafeMutableBufferPointer { counts in
      maxima.withUnsafeMutableBufferPointer { maxima in
        sums.withUnsafeMutableBufferPointer { sums in body(counts, maxima, sums) }
      }
    }
  }

  /// Adds what others counted.
  mutating func add(_ other: ChannelHistograms) {
    for index in counts.indices { counts[index] &+= other.counts[index] }
    for index in sums.indices { sums[index] &+= other.sums[index] }
    for index in maxima.indices { maxima[index] = max(maxima[index], other.maxima[index]) }
    total += other.total
    counted += other.counted
  }

  /// The bins of a channel that are not empty: magnitudes, and the share of all numbers that have them. 0 is in none.
  func bins(_ channel: Int) -> [(magnitude: Double, share: Double)] {
    (0..<Self.binCount).compactMap { bin in
      let count = counts[channel * Self.binCount + bin]
      return count > 0 ? (Self.middles[bin], Double(count) / Double(counted)) : nil
    }
  }

  /// The mean of a channel's numbers.
  func mean(_ channel: Int) -> Double {
    total == 0 ? 0 : Double(sums[channel]) / 65536 / Double(total)
  }

  /// The largest magnitude of a channel.
  func largest(_ channel: Int) -> Double { Double(maxima[channel]) }

  private static let middles = (0..<binCount).map { bin in
    let bits = UInt32((bin + firstExponent * binsPerOctave) << 20 | 1 << 19)
    return Double(Float(bitPattern: bits))
  }
}
