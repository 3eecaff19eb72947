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

  /// Pooling by one window that covers the whole picture. For training, a maximum remembers its place in a workspace.
  package static func globalPooling(
    _ kind: PoolingKind, source: MemoryDescriptor, destination: MemoryDescriptor, isTraining: Bool
  ) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    let attributes = try Attributes()
    let window = source.dimensions.suffix(2).map(Int64.init)
    let zeros: [Int64] = [0, 0]
    return try Primitive("pool \(source.dimensions)") { descriptor in
      dnnl_pooling_forward_primitive_desc_create(
        descriptor, engine, isTraining ? dnnl_forward_training : dnnl_forward_inference, kind.algorithm, source.handle,
        destination.handle, [1, 1], window, zeros, zeros, zeros, attributes.handle)
    }
  }

  /// The gradient of `globalPooling` with respect to the picture.
  package static func globalPoolingGradient(
    _ kind: PoolingKind, source: MemoryDescriptor, destination: MemoryDescriptor
  ) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    let attributes = try Attributes()
    let forward = try globalPooling(kind, source: source, destination: destination, isTraining: true)
    let window = source.dimensions.suffix(2).map(Int64.init)
    let zeros: [Int64] = [0, 0]
    return try Primitive("differentiate the pooling of \(source.dimensions)") { descriptor in
      dnnl_pooling_backward_primitive_desc_create(
        descriptor, engine, kind.algorithm, source.handle, destination.handle, [1, 1], window, zeros, zeros, zeros,
        forward.hint, attributes.handle)
    }
  }
}
