internal import COneDNN
package import GraftCore

/// The dimensions and the layout of numbers in memory: 32-bit floats, unless another type is given.
package final class MemoryDescriptor: @unchecked Sendable {
  // Unchecked: a descriptor never changes after it was made.
  let handle: dnnl_memory_desc_t

  init(owning handle: dnnl_memory_desc_t) { self.handle = handle }

  deinit { dnnl_memory_desc_destroy(handle) }

  /// Describes numbers with the given distance, in elements, between neighbours along each dimension.
  package init(dimensions: [Int], strides: [Int], type: ElementType = .float32) throws(GraftError) {
    var handle: dnnl_memory_desc_t?
    try check(
      dnnl_memory_desc_create_with_strides(
        &handle, Int32(dimensions.count), dimensions.map(Int64.init), type.handle, strides.map(Int64.init)),
      "describe \(dimensions) with strides \(strides)")
    self.handle = try unwrap(handle, "a layout of \(dimensions)")
  }

  /// Describes numbers in row-major order.
  package convenience init(rowMajor dimensions: [Int], type: ElementType = .float32) throws(GraftError) {
    var strides = dimensions
    var stride = 1
    for axis in dimensions.indices.reversed() {
      strides[axis] = stride
      stride *= dimensions[axis]
    }
    try self.init(dimensions: dimensions, strides: strides, type: type)
  }

  /// Describes pictures that oneDNN sees as (count, channels, height, width), but whose channels lie innermost.
  package convenience init(
    channelsLast count: Int, channels: Int, height: Int, width: Int, type: ElementType = .float32
  ) throws(GraftError) {
    try self.init(
      dimensions: [count, channels, height, width],
      strides: [height * width * channels, 1, width * channels, channels], type: type)
  }

  /// Leaves the layout to the kernel that is made with this descriptor.
  package init(any dimensions: [Int], type: ElementType = .float32) throws(GraftError) {
    var handle: dnnl_memory_desc_t?
    try check(
      dnnl_memory_desc_create_with_tag(
        &handle, Int32(dimensions.count), dimensions.map(Int64.init), type.handle, dnnl_format_tag_any),
      "describe \(dimensions)")
    self.handle = try unwrap(handle, "a layout of \(dimensions)")
  }

  /// Describes a part of this memory.
  package func part(dimensions: [Int], offsets: [Int]) throws(GraftError) -> MemoryDescriptor {
    var part: dnnl_memory_desc_t?
    try check(
      dnnl_memory_desc_create_submemory(&part, handle, dimensions.map(Int64.init), offsets.map(Int64.init)),
      "describe a part \(dimensions) at \(offsets) of \(self.dimensions)")
    return MemoryDescriptor(owning: try unwrap(part, "a part of \(self.dimensions)"))
  }

  /// The lengths, outermost first, as oneDNN orders them: count, channels, height, width.
  package var dimensions: [Int] {
    var rank: Int32 = 0
    guard dnnl_memory_desc_query(handle, dnnl_query_ndims_s32, &rank) == dnnl_success else { return [] }
    var pointer: UnsafePointer<Int64>?
    guard dnnl_memory_desc_query(handle, dnnl_query_dims, &pointer) == dnnl_success, let pointer else { return [] }
    return (0..<Int(rank)).map { Int(pointer[$0]) }
  }

  /// The product of the lengths.
  package var elementCount: Int { dimensions.reduce(1, *) }

  /// The memory needed, in bytes.
  package var byteCount: Int { Int(dnnl_memory_desc_get_size(handle)) }

  /// Whether two descriptors mean the same layout.
  package static func == (left: MemoryDescriptor, right: MemoryDescriptor) -> Bool {
    dnnl_memory_desc_equal(left.handle, right.handle) != 0
  }

  /// The layout's name: `plain`, `channels last`, or `blocked by 16`.
  package var layoutName: String {
    var blocks: Int32 = 0
    guard dnnl_memory_desc_query(handle, dnnl_query_inner_nblks_s32, &blocks) == dnnl_success else { return "any" }
    if blocks > 0 {
      var sizes: UnsafePointer<Int64>?
      guard dnnl_memory_desc_query(handle, dnnl_query_inner_blks, &sizes) == dnnl_success, let sizes else { return "?" }
      return "blocked by " + (0..<Int(blocks)).map { "\(sizes[$0])" }.joined(separator: "·")
    }
    var strides: UnsafePointer<Int64>?
    guard dnnl_memory_desc_query(handle, dnnl_query_strides, &strides) == dnnl_success, let strides else { return "?" }
    let dimensions = dimensions
    return dimensions.count == 4 && dimensions[1] > 1 && strides[1] == 1 ? "channels last" : "plain"
  }
}
