internal import GraftCore
internal import GraftGraph

/// (x, y): y is what a foreign function makes of x.
struct ForeignKernel: NativeKernel {
  let function: any ForeignFunction
  /// The shape of x with its batch.
  let shape: Shape
  let resultCount: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) throws {
    let x = memory[0].assumingMemoryBound(to: Float.self)
    let y = memory[1].assumingMemoryBound(to: Float.self)
    try function.run(
      UnsafeBufferPointer(start: x, count: shape.count), shape: shape,
      into: UnsafeMutableBufferPointer(start: y, count: resultCount))
  }
}
