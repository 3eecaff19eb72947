internal import COneDNN
package import GraftCore

/// A place in memory with its layout. The memory itself belongs to the caller.
package final class Memory {
  let handle: dnnl_memory_t
  private let descriptor: MemoryDescriptor

  /// Describes the memory at an address.
  package init(_ descriptor: MemoryDescriptor, at address: UnsafeMutableRawPointer) throws(GraftError) {
    self.descriptor = descriptor
    let engine = try Primitive.sharedEngine()
    var handle: dnnl_memory_t?
    try check(
      dnnl_memory_create(&handle, descriptor.handle, engine, address), "bind memory of \(descriptor.dimensions)")
    self.handle = try unwrap(handle, "a memory")
  }

  deinit { dnnl_memory_destroy(handle) }
}
