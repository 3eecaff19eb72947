internal import GraftCore

/// (x, mask, y): draws a mask and multiplies by it.
///
/// A mask is a function of the seed, the step and an element's place in the whole batch, of which a run may have a part.
struct DropoutKernel: NativeKernel {
  let count: Int
  /// Elements of one sample.
  let sampleLength: Int
  let rate: Float
  let seed: UInt64

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let x = memory[0].assumingMemoryBound(to: Float.self)
    let mask = memory[1].assumingMemoryBound(to: Float.self)
    let y = memory[2].assumingMemoryBound(to: Float.self)
    let random = RandomNumbers(seed: seed, stream: environment.trainingStep)
    let kept = 1 / (1 - rate)
    let first = environment.firstSample * sampleLength
    var index = 0
    while index < count {
      let place = first + index
      let words = random.words(at: UInt64(place / 4))
      for lane in (place % 4)..<min(4, place % 4 + count - index) {
        mask[index] = Float(words[lane] >> 8) * 0x1p-24 >= rate ? kept : 0
        y[index] = x[index] * mask[index]
        index += 1
      }
    }
  }
}

/// (dy, mask, dx): multiplies by the mask of the forward pass.
struct DropoutGradientKernel: NativeKernel {
  let count: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let dy = memory[0].assumingMemoryBound(to: Float.self)
    let mask = memory[1].assumingMemoryBound(to: Float.self)
    let dx = memory[2].assumingMemoryBound(to: Float.self)
    for index in 0..<count { dx[index] = dy[index] * mask[index] }
  }
}
