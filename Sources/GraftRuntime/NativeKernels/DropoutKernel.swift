internal import GraftCore

/// (x, mask, y): draws a mask and multiplies by it.
///
/// A mask is a function of the seed, the step and an element's place in the masks of the whole batch, of which a run may
/// have a part.
struct DropoutKernel: NativeKernel {
  let batchSize: Int
  /// How a sample's mask is repeated over the sample.
  let repetition: Repetition
  let rate: Float
  let seed: UInt64

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let mask = memory[1].assumingMemoryBound(to: Float.self)
    draw(mask, environment)
    ProductKernel.multiply(
      memory[0].assumingMemoryBound(to: Float.self), mask, into: memory[2].assumingMemoryBound(to: Float.self),
      repetition, batchSize)
  }

  private func draw(_ mask: UnsafeMutablePointer<Float>, _ environment: RunEnvironment) {
    let random = RandomNumbers(seed: seed, stream: environment.trainingStep)
    let kept = 1 / (1 - rate)
    let first = environment.firstSample * repetition.smallCount
    let count = batchSize * repetition.smallCount
    var index = 0
    while index < count {
      let place = first + index
      let words = random.words(at: UInt64(place / 4))
      for lane in (place % 4)..<min(4, place % 4 + count - index) {
        mask[index] = Float(words[lane] >> 8) * 0x1p-24 >= rate ? kept : 0
        index += 1
      }
    }
  }
}
