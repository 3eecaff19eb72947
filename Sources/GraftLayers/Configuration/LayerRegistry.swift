package import GraftCore

/// The layers that can be made from a configuration, by Keras's class names.
package enum LayerRegistry {
  private static let makers: [String: @Sendable (ConfigurationReader) throws -> Layer] = [
    "InputLayer": { try InputLayer($0) },
    "Dense": { try Dense($0) },
    "Activation": { try ActivationLayer($0) },
    "ReLU": { try ReLU($0) },
    "Conv2D": { try Conv2D($0) },
    "DepthwiseConv2D": { try DepthwiseConv2D($0) },
    "SeparableConv2D": { try SeparableConv2D($0) },
    "Cropping2D": { try Cropping2D($0) },
    "ZeroPadding2D": { try ZeroPadding2D($0) },
    "Flatten": { try Flatten($0) },
    "Reshape": { try Reshape($0) },
    "GlobalAveragePooling2D": { try GlobalAveragePooling2D($0) },
    "GlobalMaxPooling2D": { try GlobalMaxPooling2D($0) },
    "MaxPooling2D": { try MaxPooling2D($0) },
    "AveragePooling2D": { try AveragePooling2D($0) },
    "LayerNormalization": { try LayerNormalization($0) },
    "Normalization": { try Normalization($0) },
    "BatchNormalization": { try BatchNormalization($0) },
    "Add": { Add($0) },
    "Multiply": { Multiply($0) },
    "Concatenate": { try Concatenate($0) },
    "Dropout": { try Dropout($0) },
    "SpatialDropout2D": { try SpatialDropout2D($0) },
    "Rescaling": { try Rescaling($0) },
    "TFSMLayer": { try TFSMLayer($0) },
    "CustomScaleLayer": { try CustomScaleLayer($0) },
    "LayerScale": { try LayerScale($0) },
    "StochasticDepth": { try StochasticDepth($0) },
  ]

  /// The class names that are known, sorted.
  package static var classNames: [String] { makers.keys.sorted() }

  /// Makes a layer from its class name and Keras's `config` object, `trainable` included.
  package static func make(className: String, configuration: JSONValue) throws -> Layer {
    let reader = try ConfigurationReader(configuration, className: className)
    guard let make = makers[className] else {
      throw GraftError(
        .unsupported,
        """
        Layer "\(reader.name)" has the class \(className), which this version of Graft does not know. It knows: \
        \(classNames.joined(separator: ", ")). The layer's configuration: \(configuration).
        """)
    }
    let layer = try make(reader)
    layer.isTrainable = try reader.bool("trainable", default: true)
    return layer
  }
}

extension InputLayer {
  convenience init(_ reader: ConfigurationReader) throws {
    guard let lengths = (reader["batch_shape"] ?? reader["batch_input_shape"])?.array, lengths.count > 1 else {
      throw reader.error("batch_shape", expected: "a shape with a batch axis")
    }
    // At most 2²⁸ numbers: what is larger is a mistake or an attack, and would take all memory.
    let count = lengths.dropFirst().reduce(1.0) { $0 * max(1, $1.double ?? 1) }
    guard count <= 268_435_456, lengths.dropFirst().allSatisfy({ ($0.int ?? 0) >= 0 }) else {
      throw reader.error("batch_shape", expected: "a shape of a sensible size")
    }
    // A length that Keras leaves open becomes 0: it must be given before the network can be built.
    self.init(
      shape: Shape(lengths.dropFirst().map { $0.int ?? 0 }),
      preprocessing: try reader["graft_preprocessing"].map { try Preprocessing(configuration: $0) }, name: reader.name)
  }
}
