internal import COneDNN
package import GraftCore

extension Primitive {
  /// A convolution; layouts that are left open are chosen by oneDNN. Dilations count from 0, as oneDNN has them.
  package static func convolution(
    source: MemoryDescriptor, weights: MemoryDescriptor, bias: MemoryDescriptor?, destination: MemoryDescriptor,
    strides: [Int], dilations: [Int], paddingBefore: [Int], paddingAfter: [Int], attributes: Attributes
  ) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    return try Primitive("convolve \(source.dimensions) by \(weights.dimensions)") { descriptor in
      dnnl_convolution_forward_primitive_desc_create(
        descriptor, engine, dnnl_forward_inference, dnnl_convolution_direct, source.handle, weights.handle,
        bias?.handle, destination.handle, strides.map(Int64.init), dilations.map(Int64.init),
        paddingBefore.map(Int64.init), paddingAfter.map(Int64.init), attributes.handle)
    }
  }

  static func sharedEngine() throws(GraftError) -> dnnl_engine_t {
    do {
      return try Engine.shared().handle
    } catch {
      throw GraftError(.kernel, "\(error)")
    }
  }
}
