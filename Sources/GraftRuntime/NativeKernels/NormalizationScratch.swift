/// Scratch memory of the kernels of normalisation, which is part of the arena: no run allocates.
struct NormalizationScratch {
  /// Sums per channel, then sums of products per channel, then the number of rows.
  let totals: UnsafeMutableBufferPointer<Double>
  /// Two numbers per channel.
  let floats: UnsafeMutablePointer<Float>

  /// The scratch memory for some channels, in floats.
  static func count(channels: Int) -> Int { 6 * channels + 4 }

  init(_ memory: UnsafeMutableRawPointer, channels: Int) {
    totals = UnsafeMutableBufferPointer(start: memory.assumingMemoryBound(to: Double.self), count: 2 * channels + 1)
    floats = memory.assumingMemoryBound(to: Float.self) + 4 * channels + 4
  }
}

extension [UnsafeMutableRawPointer] {
  /// An operand's memory as floats.
  func floats(_ index: Int) -> UnsafeMutablePointer<Float> { self[index].assumingMemoryBound(to: Float.self) }
}
