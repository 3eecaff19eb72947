/// (x, y): y = x / (1 + |x|), which oneDNN does not have.
struct SoftsignKernel: NativeKernel {
  let count: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let x = memory[0].assumingMemoryBound(to: Float.self)
    let y = memory[1].assumingMemoryBound(to: Float.self)
    for index in 0..<count { y[index] = x[index] / (1 + abs(x[index])) }
  }
}

/// (x, dy, dx): dx = dy / (1 + |x|)².
struct SoftsignGradientKernel: NativeKernel {
  let count: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let x = memory[0].assumingMemoryBound(to: Float.self)
    let dy = memory[1].assumingMemoryBound(to: Float.self)
    let dx = memory[2].assumingMemoryBound(to: Float.self)
    for index in 0..<count {
      let scale = 1 / (1 + abs(x[index]))
      dx[index] = dy[index] * scale * scale
    }
  }
}
