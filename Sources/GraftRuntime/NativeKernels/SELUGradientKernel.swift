/// (y, dy, dx): the gradient of selu from its result. At 0 it is that of the right side, as Keras has it and oneDNN has not.
struct SELUGradientKernel: NativeKernel {
  let count: Int
  let scale: Float
  let alpha: Float

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let y = memory[0].assumingMemoryBound(to: Float.self)
    let dy = memory[1].assumingMemoryBound(to: Float.self)
    let dx = memory[2].assumingMemoryBound(to: Float.self)
    let floor = scale * alpha
    for index in 0..<count { dx[index] = dy[index] * (y[index] < 0 ? y[index] + floor : scale) }
  }
}
