internal import COneDNN
package import GraftCore

/// What a kernel does to its result before it is stored, and who owns its scratch memory: always the caller.
package final class Attributes {
  let handle: dnnl_primitive_attr_t
  private let postOps: dnnl_post_ops_t

  /// What is added to a result before its activation: what stands in the destination, as numbers of a type, times a scale.
  package struct Sum: Sendable {
    let scale: Float
    let type: ElementType?

    /// Describes a sum; by default of numbers as they are.
    package init(scale: Float = 1, type: ElementType? = nil) {
      self.scale = scale
      self.type = type
    }
  }

  /// Makes attributes: `sum` first adds what stands in the destination, then `function` is applied.
  ///
  /// - Parameter scales: Operands whose numbers stand for a multiple of themselves: the multiples are operands of the run
  ///   (`Argument.scales`). The mask says along which dimensions they differ.
  package init(
    sum: Sum? = nil, function: ElementwiseFunction? = nil, scales: [(argument: Argument, mask: Int)] = []
  ) throws(GraftError) {
    var attributes: dnnl_primitive_attr_t?
    try check(dnnl_primitive_attr_create(&attributes), "create attributes")
    handle = try unwrap(attributes, "attributes")
    var operations: dnnl_post_ops_t?
    try check(dnnl_post_ops_create(&operations), "create post-operations")
    postOps = try unwrap(operations, "post-operations")
    try check(
      dnnl_primitive_attr_set_scratchpad_mode(handle, dnnl_scratchpad_mode_user), "let the caller own scratch memory")
    for (argument, mask) in scales {
      try check(
        dnnl_primitive_attr_set_scales_mask(handle, argument.rawValue, Int32(mask)), "scale an operand along \(mask)")
    }
    if let sum {
      try check(
        dnnl_post_ops_append_sum(postOps, sum.scale, 0, sum.type?.handle ?? dnnl_data_type_undef), "append a sum")
    }
    if let function {
      try check(
        dnnl_post_ops_append_eltwise(postOps, function.algorithm, function.alpha, function.beta), "append an activation"
      )
    }
    try check(dnnl_primitive_attr_set_post_ops(handle, postOps), "set post-operations")
  }

  deinit {
    dnnl_post_ops_destroy(postOps)
    dnnl_primitive_attr_destroy(handle)
  }
}
