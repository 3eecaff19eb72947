extension SIMD8<Float> {
  /// Eight floats from memory on any boundary.
  @inline(__always)
  init(_ memory: UnsafePointer<Float>, _ index: Int) {
    self = UnsafeRawPointer(memory + index).loadUnaligned(as: Self.self)
  }

  /// Writes the eight floats to memory on any boundary.
  @inline(__always)
  func store(to memory: UnsafeMutablePointer<Float>, _ index: Int) {
    UnsafeMutableRawPointer(memory + index).storeBytes(of: self, as: Self.self)
  }
}
