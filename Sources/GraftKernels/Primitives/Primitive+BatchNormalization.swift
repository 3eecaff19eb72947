internal import COneDNN
package import GraftCore

extension Primitive {
  /// What a batch normalisation multiplies, adds, and normalises by.
  package struct NormalizationOptions: Sendable {
    /// Whether there is a scale per channel.
    package var hasScale: Bool
    /// Whether there is an offset per channel.
    package var hasOffset: Bool
    /// Whether mean and variance are given rather than taken from the batch.
    package var usesGivenStatistics: Bool

    /// Makes options.
    package init(hasScale: Bool, hasOffset: Bool, usesGivenStatistics: Bool) {
      self.hasScale = hasScale
      self.hasOffset = hasOffset
      self.usesGivenStatistics = usesGivenStatistics
    }

    var flags: UInt32 {
      var flags: UInt32 = 0
      if hasScale { flags |= UInt32(dnnl_use_scale.rawValue) }
      if hasOffset { flags |= UInt32(dnnl_use_shift.rawValue) }
      if usesGivenStatistics { flags |= UInt32(dnnl_use_global_stats.rawValue) }
      return flags
    }
  }

  /// Batch normalisation; in training it gives out the batch's mean and (biased) variance.
  package static func batchNormalization(
    source: MemoryDescriptor, epsilon: Float, options: NormalizationOptions, isTraining: Bool,
    attributes: Attributes? = nil
  ) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    let attributes = if let attributes { attributes } else { try Attributes() }
    return try Primitive("normalise \(source.dimensions)") { descriptor in
      dnnl_batch_normalization_forward_primitive_desc_create(
        descriptor, engine, isTraining ? dnnl_forward_training : dnnl_forward_inference, source.handle, source.handle,
        epsilon, options.flags, attributes.handle)
    }
  }

  /// The gradients of batch normalisation: of its argument, its scale and its offset.
  package static func batchNormalizationGradient(
    source: MemoryDescriptor, epsilon: Float, options: NormalizationOptions
  ) throws(GraftError) -> Primitive {
    let engine = try sharedEngine()
    let attributes = try Attributes()
    let forward = try batchNormalization(source: source, epsilon: epsilon, options: options, isTraining: true)
    return try Primitive("differentiate the normalisation of \(source.dimensions)") { descriptor in
      dnnl_batch_normalization_backward_primitive_desc_create(
        descriptor, engine, options.hasScale || options.hasOffset ? dnnl_backward : dnnl_backward_data, source.handle,
        source.handle, source.handle, epsilon, options.flags, forward.hint, attributes.handle)
    }
  }
}
