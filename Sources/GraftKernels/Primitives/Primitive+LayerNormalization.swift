internal import COneDNN
package import GraftCore

extension Primitive {
  /// Normalisation of every row of a matrix; in training it gives out the rows' means and (biased) variances.
  package static func layerNormalization(
    source: MemoryDescriptor, statistics: MemoryDescriptor, epsilon: Float, hasScale: Bool, hasOffset: Bool,
    isTraining: Bool
  ) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    let attributes = try Attributes()
    let flags = NormalizationOptions(hasScale: hasScale, hasOffset: hasOffset, usesGivenStatistics: false).flags
    return try Primitive("normalise the rows of \(source.dimensions)") { descriptor in
      dnnl_layer_normalization_forward_primitive_desc_create(
        descriptor, engine, isTraining ? dnnl_forward_training : dnnl_forward_inference, source.handle, source.handle,
        statistics.handle, epsilon, flags, attributes.handle)
    }
  }

  /// The gradients of layer normalisation: of its argument, its scale and its offset.
  package static func layerNormalizationGradient(
    source: MemoryDescriptor, statistics: MemoryDescriptor, epsilon: Float, hasScale: Bool, hasOffset: Bool
  ) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    let attributes = try Attributes()
    let forward = try layerNormalization(
      source: source, statistics: statistics, epsilon: epsilon, hasScale: hasScale, hasOffset: hasOffset,
      isTraining: true)
    let flags = NormalizationOptions(hasScale: hasScale, hasOffset: hasOffset, usesGivenStatistics: false).flags
    return try Primitive("differentiate the normalisation of the rows of \(source.dimensions)") { descriptor in
      dnnl_layer_normalization_backward_primitive_desc_create(
        descriptor, engine, hasScale || hasOffset ? dnnl_backward : dnnl_backward_data, source.handle, source.handle,
        source.handle, statistics.handle, epsilon, flags, forward.hint, attributes.handle)
    }
  }
}
