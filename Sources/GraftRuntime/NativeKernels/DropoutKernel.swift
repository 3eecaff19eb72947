internal import GraftCore

/// (x, mask, y): draws a mask and multiplies by it.
struct DropoutKernel: NativeKernel {
  let count: Int
  let rate: Float
  let seed: UInt64

  func run(_ memory: [UnsafeMutableRawPointer], trainingStep: UInt64) {
    let x = memory[0].assumingMemoryBound(to: Float.self)
    let mask = memory[1].assumingMemoryBound(to: Float.self)
    let y = memory[2].assumingMemoryBound(to: Float.self)
    let random = RandomNumbers(seed: seed, stream: trainingStep)
    let kept = 1 / (1 - rate)
    var index = 0
    while index < count {
      let words = random.words(at: UInt64(index / 4))
      for lane in 0..<min(4, count - index) {
        mask[index + lane] = Float(words[lane] >> 8) * 0x1p-24 >= rate ? kept : 0
        y[index + lane] = x[index + lane] * mask[index + lane]
      }
      index += 4
    }
  }
}

/// (dy, mask, dx): multiplies by the mask of the forward pass.
struct DropoutGradientKernel: NativeKernel {
  let count: Int

  func run(_ memory: [UnsafeMutableRawPointer], trainingStep: UInt64) {
    let dy = memory[0].assumingMemoryBound(to: Float.self)
    let mask = memory[1].assumingMemoryBound(to: Float.self)
    let dx = memory[2].assumingMemoryBound(to: Float.self)
    for index in 0..<count { dx[index] = dy[index] * mask[index] }
  }
}
