internal import COneDNN
package import GraftCore

extension Primitive {
  /// A matrix product, plus a bias row if there is one. A transposed operand is one with transposed strides.
  package static func matrixProduct(
    source: MemoryDescriptor, weights: MemoryDescriptor, bias: MemoryDescriptor? = nil, destination: MemoryDescriptor,
    attributes: Attributes
  ) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    return try Primitive("multiply \(source.dimensions) by \(weights.dimensions)") { descriptor in
      dnnl_matmul_primitive_desc_create(
        descriptor, engine, source.handle, weights.handle, bias?.handle, destination.handle, attributes.handle)
    }
  }
}
