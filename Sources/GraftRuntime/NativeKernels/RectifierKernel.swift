/// (x, y): Keras's rectifier with a bound, a slope and a threshold.
struct RectifierKernel: NativeKernel {
  let count: Int
  let maximum: Float
  let slope: Float
  let threshold: Float

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let (x, y) = (memory.floats(0), memory.floats(1))
    for index in 0..<count {
      let value = x[index]
      y[index] = value > threshold ? min(value, maximum) : slope * (value - threshold)
    }
  }
}

/// (x, dy, dx): its gradient; where the bound cuts it is 0.
struct RectifierGradientKernel: NativeKernel {
  let count: Int
  let maximum: Float
  let slope: Float
  let threshold: Float

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let (x, dy, dx) = (memory.floats(0), memory.floats(1), memory.floats(2))
    for index in 0..<count {
      let value = x[index]
      dx[index] = value > threshold ? (value < maximum ? dy[index] : 0) : slope * dy[index]
    }
  }
}
