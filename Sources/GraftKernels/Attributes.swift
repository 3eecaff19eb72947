internal import COneDNN
package import GraftCore

/// What a kernel does to its result before it is stored, and who owns its scratch memory: always the caller.
package final class Attributes {
  let handle: dnnl_primitive_attr_t
  private let postOps: dnnl_post_ops_t

  /// Makes attributes: `addsToDestination` first adds what stands in the destination, then `function` is applied.
  package init(addsToDestination: Bool = false, function: ElementwiseFunction? = nil) throws(GraftError) {
    var attributes: dnnl_primitive_attr_t?
    try check(dnnl_primitive_attr_create(&attributes), "create attributes")
    handle = try unwrap(attributes, "attributes")
    var operations: dnnl_post_ops_t?
    try check(dnnl_post_ops_create(&operations), "create post-operations")
    postOps = try unwrap(operations, "post-operations")
    try check(
      dnnl_primitive_attr_set_scratchpad_mode(handle, dnnl_scratchpad_mode_user), "let the caller own scratch memory")
    if addsToDestination {
      try check(dnnl_post_ops_append_sum(postOps, 1, 0, dnnl_data_type_undef), "append a sum")
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
