/// The gradients of all trainable weights, laid out as `ParameterStore.values`. A worker has its own.
package final class GradientBlock: @unchecked Sendable {
  // Unchecked: it has one owner at a time.
  let memory: AlignedMemory

  /// Takes zeroed memory for the weights of a layout.
  package init(_ layout: ParameterLayout) {
    memory = AlignedMemory(byteCount: layout.trainableCount * MemoryLayout<Float>.stride)
  }

  /// All gradients, one after another.
  package var floats: UnsafeMutableBufferPointer<Float> { memory.floats }
}
