internal import COneDNN
package import GraftCore

extension Primitive {
  /// Softmax along one axis, computed accurately (the maximum is taken off first).
  package static func softmax(source: MemoryDescriptor, axis: Int) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    let attributes = try Attributes()
    return try Primitive("take the softmax of \(source.dimensions)") { descriptor in
      dnnl_softmax_forward_primitive_desc_create(
        descriptor, engine, dnnl_forward_training, dnnl_softmax_accurate, source.handle, source.handle, Int32(axis),
        attributes.handle)
    }
  }

  /// The gradient of softmax with respect to its argument, from its result.
  package static func softmaxGradient(data: MemoryDescriptor, axis: Int) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    let attributes = try Attributes()
    let forward = try softmax(source: data, axis: axis)
    return try Primitive("differentiate the softmax of \(data.dimensions)") { descriptor in
      dnnl_softmax_backward_primitive_desc_create(
        descriptor, engine, dnnl_softmax_accurate, data.handle, data.handle, data.handle, Int32(axis), forward.hint,
        attributes.handle)
    }
  }
}
