package import GraftCore

/// The layers that can be made from a configuration, by Keras's class names.
package enum LayerRegistry {
  private typealias Maker = @Sendable (ConfigurationReader) throws -> Layer

  private static let ownMakers: [String: Maker] = [
    "InputLayer": { try InputLayer($0) },
    "Activation": { try ActivationLayer($0) },
    "AdaptiveAveragePooling2D": { try AdaptiveAveragePooling2D($0) },
    "AdaptiveMaxPooling2D": { try AdaptiveMaxPooling2D($0) },
    "Add": { Add($0) },
    "Average": { Average($0) },
    "AveragePooling2D": { try AveragePooling2D($0) },
    "BatchNormalization": { try BatchNormalization($0) },
    "CenterCrop": { try CenterCrop($0) },
    "ChannelSelection": { try ChannelSelection($0) },
    "Concatenate": { try Concatenate($0) },
    "Conv2D": { try Conv2D($0) },
    "Conv2DTranspose": { try Conv2DTranspose($0) },
    "Cropping2D": { try Cropping2D($0) },
    "CustomScaleLayer": { try CustomScaleLayer($0) },
    "Dense": { try Dense($0) },
    "DepthwiseConv2D": { try DepthwiseConv2D($0) },
    "Dot": { try Dot($0) },
    "Dropout": { try Dropout($0) },
    "ELU": { try ELU($0) },
    "Flatten": { try Flatten($0) },
    "GlobalAveragePooling2D": { try GlobalAveragePooling2D($0) },
    "GlobalMaxPooling2D": { try GlobalMaxPooling2D($0) },
    "GroupNormalization": { try GroupNormalization($0) },
    "Identity": { Identity($0) },
    "LayerNormalization": { try LayerNormalization($0) },
    "LayerScale": { try LayerScale($0) },
    "LeakyReLU": { try LeakyReLU($0) },
    "MaxPooling2D": { try MaxPooling2D($0) },
    "Maximum": { Maximum($0) },
    "Minimum": { Minimum($0) },
    "Multiply": { Multiply($0) },
    "Normalization": { try Normalization($0) },
    "PReLU": { try PReLU($0) },
    "Permute": { try Permute($0) },
    "RandomCrop": { try RandomCrop($0) },
    "ReLU": { try ReLU($0) },
    "RepeatVector": { try RepeatVector($0) },
    "Rescaling": { try Rescaling($0) },
    "Reshape": { try Reshape($0) },
    "Resizing": { try Resizing($0) },
    "SeparableConv2D": { try SeparableConv2D($0) },
    "Softmax": { try Softmax($0) },
    "SpatialDropout2D": { try SpatialDropout2D($0) },
    "StochasticDepth": { try StochasticDepth($0) },
    "Subtract": { Subtract($0) },
    "TFSMLayer": { try TFSMLayer($0) },
    "ThresholdedReLU": { try ReLU(thresholded: $0) },
    "UnitNormalization": { try UnitNormalization($0) },
    "UpSampling2D": { try UpSampling2D($0) },
    "ZeroPadding2D": { try ZeroPadding2D($0) },
  ]

  private static let makers: [String: Maker] = {
    let trainingOnly: Maker = { TrainingOnlyLayer($0) }
    return ownMakers.merging(TrainingOnlyLayer.classNames.map { ($0, trainingOnly) }) { own, _ in own }
  }()

  /// The class names that are known, sorted.
  package static var classNames: [String] { makers.keys.sorted() }

  /// Makes a layer from its class name and Keras's `config` object, `trainable` included.
  package static func make(className registeredName: String, configuration: JSONValue) throws -> Layer {
    // Keras 2 puts the package of a registered class in front: Custom>LayerScale.
    let className = registeredName.split(separator: ">").last.map(String.init) ?? registeredName
    let reader = try ConfigurationReader(configuration, className: className)
    guard let make = makers[className] else {
      throw unknown(className, reader.name, configuration)
    }
    let layer = try make(reader)
    layer.isTrainable = try reader.bool("trainable", default: true)
    return layer
  }

  private static func unknown(_ className: String, _ name: String, _ configuration: JSONValue) -> GraftError {
    var text = "Layer \"\(name)\" has the class \(className), which this version of Graft does not know."
    if className == "Lambda" {
      text += " It holds code of Python, which Graft does not run: build the model from layers."
    } else if let nearest = classNames.min(by: {
      ($0.editDistance(to: className), $0) < ($1.editDistance(to: className), $1)
    }) {
      text += " The nearest of the \(classNames.count) classes that it knows is \(nearest)."
    }
    text += " A cut in front of the layer leaves it out. Its configuration: \(configuration)."
    return GraftError(.unsupported, text)
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
