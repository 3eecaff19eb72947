internal import COneDNN
package import GraftCore

extension Primitive {
  /// A copy from one layout, or from one type of numbers, to another.
  ///
  /// - Parameter scaled: The operands whose numbers stand for a multiple of themselves.
  package static func reorder(
    from source: MemoryDescriptor, to destination: MemoryDescriptor, scaled: [Argument] = []
  ) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    let attributes = try Attributes(scales: scaled.map { ($0, 0) })
    return try Primitive("reorder \(source.dimensions)") { descriptor in
      dnnl_reorder_primitive_desc_create(
        descriptor, source.handle, engine, destination.handle, engine, attributes.handle)
    }
  }

  /// The element-wise sum of values of one shape; operands are numbered.
  package static func sum(of sources: [MemoryDescriptor], destination: MemoryDescriptor) throws(GraftError) -> Primitive
  {
    let engine = try sharedEngine()
    let attributes = try Attributes()
    let scales = [Float](repeating: 1, count: sources.count)
    let handles: [const_dnnl_memory_desc_t?] = sources.map { $0.handle }
    return try Primitive("add \(sources.count) times \(destination.dimensions)") { descriptor in
      dnnl_sum_primitive_desc_create(
        descriptor, engine, destination.handle, Int32(handles.count), scales, handles, attributes.handle)
    }
  }

  /// Values side by side along an axis; operands are numbered.
  package static func concatenation(
    of sources: [MemoryDescriptor], axis: Int, destination: MemoryDescriptor
  ) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    let attributes = try Attributes()
    let handles: [const_dnnl_memory_desc_t?] = sources.map { $0.handle }
    return try Primitive("concatenate to \(destination.dimensions)") { descriptor in
      dnnl_concat_primitive_desc_create(
        descriptor, engine, destination.handle, Int32(handles.count), Int32(axis), handles, attributes.handle)
    }
  }
}
