/// How often magnitudes occur in each channel of a value: in bins of an eighth of a power of 2. Counts do not depend on the
/// order in which numbers come.
struct ChannelHistograms: Sendable {
  /// Bins per channel, from 2⁻¹⁶ to 2¹⁶; what lies beyond is counted in the first or last one.
  static let binCount = 256
  private static let columns = binCount + 1
  private static let binsPerOctave = 8
  private static let firstExponent = 127 - 16
  /// Beyond it a picture's sum is cut off.
  private static let farthest: Float = 0x1p36

  let channels: Int
  /// Per channel the number of zeros, which nobody asks for, but which need no branch that way, and then of each bin.
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
    counts = [UInt32](repeating: 0, count: channels * Self.columns)
    sums = [Int64](repeating: 0, count: channels)
    maxima = [Float](repeating: 0, count: channels)
  }

  /// Looks at every `step`th pixel of a picture from `start` on for means and largest magnitudes. Where there are many, every
  /// fourth of these is counted: scales need fewer numbers than means do, and counting takes the longest.
  ///
  /// - Parameter few: Up to so many pixels all are counted.
  mutating func add(_ values: UnsafeBufferPointer<Float>, from start: Int, step: Int, few: Int) {
    guard let base = values.baseAddress else { return }
    let channels = channels
    let pixels = values.count / channels
    let looked = (pixels - start + step - 1) / step
    let countedStep = step * max(1, min(4, looked / few))
    withTables { counts, maxima, sums in
      Self.addMeans(base, channels, stride(from: start, to: pixels, by: step), maxima, sums)
      // A few channels at a time, whose counts stay in the cache.
      for first in stride(from: 0, to: channels, by: Self.blockSize) {
        let block = first..<min(first + Self.blockSize, channels)
        for pixel in stride(from: start, to: pixels, by: countedStep) {
          for channel in block {
            let bits = Int(base[pixel &* channels &+ channel].bitPattern & 0x7fff_ffff)
            // Exponent and the upper three bits behind it, as one number.
            let bin = (bits &>> 20) &- Self.firstExponent &* Self.binsPerOctave
            let column = bits == 0 ? 0 : max(1, min(Self.binCount, bin &+ 1))
            counts[channel &* Self.columns &+ column] &+= 1
          }
        }
      }
    }
    total += looked
    counted += (pixels - start + countedStep - 1) / countedStep
  }

  private static let blockSize = 16

  /// Adds up some pixels of a picture in their order, and looks for the largest magnitudes.
  private static func addMeans(
    _ base: UnsafePointer<Float>, _ channels: Int, _ pixels: StrideTo<Int>, _ maxima: UnsafeMutableBufferPointer<Float>,
    _ sums: UnsafeMutableBufferPointer<Int64>
  ) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: channels) { picture in
      guard let sum = picture.baseAddress, let maxima = maxima.baseAddress else { return }
      picture.initialize(repeating: 0)
      for pixel in pixels { add(base + pixel &* channels, to: sum, maxima, channels) }
      for channel in 0..<channels {
        sums[channel] &+= Int64(max(-farthest, min(farthest, sum[channel])) * 65536)
      }
    }
  }

  /// A loop short enough for the compiler to make vectors of it.
  private static func add(
    _ pixel: UnsafePointer<Float>, to sum: UnsafeMutablePointer<Float>, _ maxima: UnsafeMutablePointer<Float>,
    _ count: Int
  ) {
    for channel in 0..<count {
      let value = pixel[channel]
      let magnitude = value.magnitude
      sum[channel] += value
      maxima[channel] = magnitude > maxima[channel] ? magnitude : maxima[channel]
    }
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
      let count = counts[channel * Self.columns + 1 + bin]
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
