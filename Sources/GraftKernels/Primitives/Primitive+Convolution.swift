internal import COneDNN
package import GraftCore

extension Primitive {
  /// A convolution; layouts that are left open are chosen by oneDNN.
  package static func convolution(
    _ geometry: ConvolutionGeometry, source: MemoryDescriptor, weights: MemoryDescriptor, bias: MemoryDescriptor?,
    destination: MemoryDescriptor, isTraining: Bool = false, attributes: Attributes
  ) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    return try Primitive("convolve \(source.dimensions) by \(weights.dimensions)") { descriptor in
      dnnl_convolution_forward_primitive_desc_create(
        descriptor, engine, isTraining ? dnnl_forward_training : dnnl_forward_inference, dnnl_convolution_direct,
        source.handle, weights.handle, bias?.handle, destination.handle, geometry.strides.map(Int64.init),
        geometry.dilations.map(Int64.init), geometry.paddingBefore.map(Int64.init),
        geometry.paddingAfter.map(Int64.init), attributes.handle)
    }
  }

  /// The gradient of a convolution with respect to its picture; layouts that are left open are chosen by oneDNN.
  package static func convolutionInputGradient(
    _ geometry: ConvolutionGeometry, source: MemoryDescriptor, weights: MemoryDescriptor, destination: MemoryDescriptor
  ) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    let attributes = try Attributes()
    let forward = try convolution(
      geometry, source: source, weights: weights, bias: nil, destination: destination, isTraining: true,
      attributes: attributes)
    return try Primitive("send a gradient of \(destination.dimensions) back through \(weights.dimensions)") {
      descriptor in
      dnnl_convolution_backward_data_primitive_desc_create(
        descriptor, engine, dnnl_convolution_direct, source.handle, weights.handle, destination.handle,
        geometry.strides.map(Int64.init), geometry.dilations.map(Int64.init), geometry.paddingBefore.map(Int64.init),
        geometry.paddingAfter.map(Int64.init), forward.hint, attributes.handle)
    }
  }

  /// The gradients of a convolution's kernel and, if it has one, its bias; layouts that are left open are chosen by oneDNN.
  package static func convolutionParameterGradient(
    _ geometry: ConvolutionGeometry, source: MemoryDescriptor, weights: MemoryDescriptor, bias: MemoryDescriptor?,
    destination: MemoryDescriptor
  ) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    let attributes = try Attributes()
    let forward = try convolution(
      geometry, source: source, weights: weights, bias: bias, destination: destination, isTraining: true,
      attributes: attributes)
    return try Primitive("differentiate the convolution of \(source.dimensions) by \(weights.dimensions)") {
      descriptor in
      dnnl_convolution_backward_weights_primitive_desc_create(
        descriptor, engine, dnnl_convolution_direct, source.handle, weights.handle, bias?.handle, destination.handle,
        geometry.strides.map(Int64.init), geometry.dilations.map(Int64.init), geometry.paddingBefore.map(Int64.init),
        geometry.paddingAfter.map(Int64.init), forward.hint, attributes.handle)
    }
  }

  /// Whether this is one of oneDNN's plain loops, which are there to be right rather than fast.
  package var isReference: Bool { implementationName.hasPrefix("ref") }

  static func sharedEngine() throws(GraftError) -> dnnl_engine_t {
    do {
      return try Engine.shared().handle
    } catch {
      throw GraftError(.kernel, "\(error)")
    }
  }
}
