internal import COneDNN
package import GraftCore

extension Primitive {
  /// How a window of pixels becomes one.
  package enum PoolingKind: Sendable {
    /// The mean of the pixels inside the picture.
    case average
    /// The largest pixel.
    case max

    var algorithm: dnnl_alg_kind_t {
      switch self {
      case .average: dnnl_pooling_avg_exclude_padding
      case .max: dnnl_pooling_max
      }
    }
  }

  /// The windows of a pooling, heights before widths.
  package struct PoolingGeometry: Sendable {
    let window: [Int64]
    let strides: [Int64]
    let paddingBefore: [Int64]
    let paddingAfter: [Int64]

    /// Makes a geometry.
    package init(window: [Int], strides: [Int], paddingBefore: [Int], paddingAfter: [Int]) {
      self.window = window.map(Int64.init)
      self.strides = strides.map(Int64.init)
      self.paddingBefore = paddingBefore.map(Int64.init)
      self.paddingAfter = paddingAfter.map(Int64.init)
    }

    /// One window that covers a whole picture.
    package init(covering picture: MemoryDescriptor) {
      self.init(
        window: picture.dimensions.suffix(2), strides: [1, 1], paddingBefore: [0, 0], paddingAfter: [0, 0])
    }
  }

  /// Pooling by windows. For training, a maximum remembers its place in a workspace.
  package static func pooling(
    _ kind: PoolingKind, _ geometry: PoolingGeometry, source: MemoryDescriptor, destination: MemoryDescriptor,
    isTraining: Bool
  ) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    let attributes = try Attributes()
    return try Primitive("pool \(source.dimensions)") { descriptor in
      dnnl_pooling_forward_primitive_desc_create(
        descriptor, engine, isTraining ? dnnl_forward_training : dnnl_forward_inference, kind.algorithm, source.handle,
        destination.handle, geometry.strides, geometry.window, [0, 0], geometry.paddingBefore, geometry.paddingAfter,
        attributes.handle)
    }
  }

  /// The gradient of `pooling` with respect to the picture.
  package static func poolingGradient(
    _ kind: PoolingKind, _ geometry: PoolingGeometry, source: MemoryDescriptor, destination: MemoryDescriptor
  ) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    let attributes = try Attributes()
    let forward = try pooling(kind, geometry, source: source, destination: destination, isTraining: true)
    return try Primitive("differentiate the pooling of \(source.dimensions)") { descriptor in
      dnnl_pooling_backward_primitive_desc_create(
        descriptor, engine, kind.algorithm, source.handle, destination.handle, geometry.strides, geometry.window,
        [0, 0], geometry.paddingBefore, geometry.paddingAfter, forward.hint, attributes.handle)
    }
  }
}
