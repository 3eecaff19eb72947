/// (part, total): total ← total + part.
struct AccumulationKernel: NativeKernel {
  let count: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let part = memory[0].assumingMemoryBound(to: Float.self)
    let total = memory[1].assumingMemoryBound(to: Float.self)
    for index in 0..<count { total[index] += part[index] }
  }
}
