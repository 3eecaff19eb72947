internal import CFloats

/// How often magnitudes occur in each channel of a value: in bins of an eighth of a power of 2. Counts do not depend on the
/// order in which numbers come.
struct ChannelHistograms: Sendable {
  /// Bins per channel, from 2⁻¹⁶ to nearly 2¹⁶; what lies beyond is counted in the first or last one.
  private static let binCount = 255
  /// Zeros have a column of their own, so that they need no branch; a bin's number fits in a byte.
  private static let columns = binCount + 1
  private static let binsPerOctave = 8
  private static let firstExponent = 127 - 16
  private static let beforeFirst = Int32(firstExponent * binsPerOctave - 1)
  /// Beyond it a picture's sum is cut off.
  private static let farthest: Float = 0x1p36

  let channels: Int
  /// Per channel the number of zeros, which nobody asks for, and then of each bin.
  private var counts: [UInt32]
  /// The columns of numbers that are not yet counted, pixel by pixel. A channel's counts lie far from the cache when its turn
  /// comes: many are worth the way.
  private var pending: [UInt8] = []
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
    maxima.withUnsafeMutableBufferPointer { maxima in
      sums.withUnsafeMutableBufferPointer { sums in
        Self.addMeans(base, channels, stride(from: start, to: pixels, by: step), maxima, sums)
      }
    }
    let rows = (pixels - start + countedStep - 1) / countedStep
    let first = pending.count
    pending.append(contentsOf: repeatElement(0, count: rows * channels))
    pending.withUnsafeMutableBufferPointer { pending in
      guard var row = pending.baseAddress.map({ $0 + first }) else { return }
      for pixel in stride(from: start, to: pixels, by: countedStep) {
        graft_find_bins(base + pixel &* channels, Self.beforeFirst, row, channels)
        row += channels
      }
    }
    total += looked
    counted += rows
    if pending.count > Self.most { count() }
  }

  /// As many numbers wait at most, besides one picture's.
  private static let most = 1 << 16

  /// Counts what waits for it.
  mutating func count() {
    count(pending)
    pending.removeAll(keepingCapacity: true)
  }

  private mutating func count(_ pending: [UInt8]) {
    let channels = channels
    counts.withUnsafeMutableBufferPointer { counts in
      pending.withUnsafeBufferPointer { pending in
        // A few channels at a time, whose counts stay in the cache.
        for first in stride(from: 0, to: channels, by: Self.blockSize) {
          let block = first..<min(first + Self.blockSize, channels)
          for row in stride(from: 0, to: pending.count, by: channels) {
            for channel in block {
              counts[channel &* Self.columns &+ Int(pending[row &+ channel])] &+= 1
            }
          }
        }
      }
    }
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
      for pixel in pixels { graft_add_and_compare(base + pixel &* channels, sum, maxima, channels) }
      for channel in 0..<channels {
        sums[channel] &+= Int64(max(-farthest, min(farthest, sum[channel])) * 65536)
      }
    }
  }

  /// Adds what others counted, or are to.
  mutating func add(_ other: ChannelHistograms) {
    count(other.pending)
    for index in counts.indices { counts[index] &+= other.counts[index] }
    for index in sums.indices { sums[index] &+= other.sums[index] }
    for index in maxima.indices { maxima[index] = max(maxima[index], other.maxima[index]) }
    total += other.total
    counted += other.counted
  }

  /// The bins of a channel that are not empty, the smallest magnitude first, with the share of all numbers that they have. 0 is
  /// in none. Everything must have been counted.
  func bins(_ channel: Int) -> [(magnitude: Double, share: Double)] {
    precondition(pending.isEmpty, "Numbers wait to be counted.")
    return (0..<Self.binCount).compactMap { bin in
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
