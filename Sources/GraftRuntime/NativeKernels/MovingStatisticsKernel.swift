/// (batch, moving): moving ← momentum · moving + (1 − momentum) · batch, as keras.layers.BatchNormalization has it.
struct MovingStatisticsKernel: NativeKernel {
  let count: Int
  let momentum: Float

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let batch = memory[0].assumingMemoryBound(to: Float.self)
    let moving = memory[1].assumingMemoryBound(to: Float.self)
    for channel in 0..<count { moving[channel] = moving[channel] * momentum + batch[channel] * (1 - momentum) }
  }
}
