internal import COneDNN
package import GraftCore

/// A kernel of oneDNN, compiled for fixed shapes and layouts. It holds no data and may run on many threads at once.
package final class Primitive: @unchecked Sendable {
  // Unchecked: primitives are immutable, and their scratch memory is the caller's.
  let handle: dnnl_primitive_t
  private let descriptor: dnnl_primitive_desc_t
  private let operation: String

  /// Compiles a primitive from the description that `describe` makes.
  init(
    _ operation: String, describe: (UnsafeMutablePointer<dnnl_primitive_desc_t?>) -> dnnl_status_t
  ) throws(GraftError) {
    self.operation = operation
    var descriptor: dnnl_primitive_desc_t?
    try check(describe(&descriptor), operation)
    let owned = try unwrap(descriptor, operation)
    var primitive: dnnl_primitive_t?
    let status = dnnl_primitive_create(&primitive, owned)
    guard status == dnnl_success, let primitive else {
      dnnl_primitive_desc_destroy(owned)
      try check(status, operation)
      throw GraftError(.kernel, "oneDNN gave no handle for \(operation).")
    }
    self.descriptor = owned
    handle = primitive
  }

  deinit {
    dnnl_primitive_destroy(handle)
    dnnl_primitive_desc_destroy(descriptor)
  }

  /// The layout that the kernel expects of one of its operands.
  package func layout(of argument: Argument) throws(GraftError) -> MemoryDescriptor {
    guard let borrowed = query(argument) else {
      throw GraftError(.kernel, "oneDNN names no layout for operand \(argument) of \(operation).")
    }
    var copy: dnnl_memory_desc_t?
    try check(dnnl_memory_desc_clone(&copy, borrowed), "copy a layout")
    return MemoryDescriptor(owning: try unwrap(copy, "a layout"))
  }

  /// The scratch memory that a run needs, in bytes.
  package var scratchpadByteCount: Int { query(.scratchpad).map { Int(dnnl_memory_desc_get_size($0)) } ?? 0 }

  /// The implementation that oneDNN chose, such as `jit:avx512_core`.
  package var implementationName: String {
    var name: UnsafePointer<CChar>?
    guard dnnl_primitive_desc_query(descriptor, dnnl_query_impl_info_str, 0, &name) == dnnl_success, let name else {
      return "unknown"
    }
    return String(cString: name)
  }

  /// The description, as hint for the kernel of the reverse pass.
  var hint: dnnl_primitive_desc_t { descriptor }

  private func query(_ argument: Argument) -> OpaquePointer? {
    argument == .scratchpad
      ? dnnl_primitive_desc_query_md(descriptor, dnnl_query_scratchpad_md, 0)
      : dnnl_primitive_desc_query_md(descriptor, dnnl_query_exec_arg_md, argument.rawValue)
  }
}
