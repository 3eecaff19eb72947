/// (a, b, y): the larger of two values.
struct MaximumKernel: NativeKernel {
  let count: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let (a, b, y) = (memory.floats(0), memory.floats(1), memory.floats(2))
    for index in 0..<count { y[index] = a[index] >= b[index] ? a[index] : b[index] }
  }
}

/// (a, b, dy, dx): the gradient of the operand that was chosen; equal values are the first one's.
struct SelectionKernel: NativeKernel {
  let count: Int
  let ofFirst: Bool

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let (a, b, dy, dx) = (memory.floats(0), memory.floats(1), memory.floats(2), memory.floats(3))
    for index in 0..<count { dx[index] = (a[index] >= b[index]) == ofFirst ? dy[index] : 0 }
  }
}
