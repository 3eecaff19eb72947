/// (memory): writes zeros.
struct ZeroKernel: NativeKernel {
  let byteCount: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    memory[0].initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
  }
}
