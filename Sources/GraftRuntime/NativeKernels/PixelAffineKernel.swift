/// (x, y): y = x · scale + offset per channel, for pictures of few channels, whose pixels are shorter than a vector.
struct PixelAffineKernel: NativeKernel {
  private let count: Int
  /// Scales and offsets of eight pixels.
  private let scales: [Float]
  private let offsets: [Float]

  init(count: Int, scale: [Float], offset: [Float]) {
    self.count = count
    scales = (0..<8).flatMap { _ in scale }
    offsets = (0..<8).flatMap { _ in offset }
  }

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let (x, y) = (memory.floats(0), memory.floats(1))
    scales.withUnsafeBufferPointer { scales in
      offsets.withUnsafeBufferPointer { offsets in
        guard let scale = scales.baseAddress, let offset = offsets.baseAddress else { return }
        let step = scales.count
        var start = 0
        while start + step <= count {
          var place = 0
          while place < step {
            (SIMD8(x, start + place) * SIMD8(scale, place) + SIMD8(offset, place)).store(to: y, start + place)
            place += 8
          }
          start += step
        }
        for place in 0..<(count - start) { y[start + place] = x[start + place] * scale[place] + offset[place] }
      }
    }
  }
}
