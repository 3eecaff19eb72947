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

  /// The sums of a matrix's columns, as a matrix of one row. A matrix that has one row is copied.
  package static func columnSums(
    source: MemoryDescriptor, destination: MemoryDescriptor
  ) throws(GraftError) -> Primitive {
    // oneDNN refuses a reduction that reduces nothing.
    if source.dimensions[0] == 1 { return try reorder(from: source, to: destination) }
    let engine = try sharedEngine()
    let attributes = try Attributes()
    return try Primitive("sum the columns of \(source.dimensions)") { descriptor in
      dnnl_reduction_primitive_desc_create(
        descriptor, engine, dnnl_reduction_sum, source.handle, destination.handle, 0, 0, attributes.handle)
    }
  }
}
