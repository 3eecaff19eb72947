internal import COneDNN
package import GraftCore

extension Primitive {
  /// An element-wise function.
  package static func elementwise(
    _ function: ElementwiseFunction, source: MemoryDescriptor, isTraining: Bool
  ) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    let attributes = try Attributes()
    return try Primitive("apply an activation to \(source.dimensions)") { descriptor in
      dnnl_eltwise_forward_primitive_desc_create(
        descriptor, engine, isTraining ? dnnl_forward_training : dnnl_forward_inference, function.algorithm,
        source.handle, source.handle, function.alpha, function.beta, attributes.handle)
    }
  }

  /// The derivative of an element-wise function times the incoming gradient; from the result if `fromResult`.
  ///
  /// Its first operand is `.source` or, from the result, `.destination`.
  package static func elementwiseGradient(
    _ function: ElementwiseFunction, data: MemoryDescriptor, fromResult: Bool
  ) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    let attributes = try Attributes()
    let forward = try elementwise(function, source: data, isTraining: true)
    let algorithm = fromResult ? function.derivativeFromResult ?? function.algorithm : function.algorithm
    return try Primitive("differentiate an activation of \(data.dimensions)") { descriptor in
      dnnl_eltwise_backward_primitive_desc_create(
        descriptor, engine, algorithm, data.handle, data.handle, data.handle, function.alpha, function.beta,
        fromResult && function.derivativeFromResult != nil ? nil : forward.hint, attributes.handle)
    }
  }
}
