package import GraftCore
package import GraftGraph

/// A layer of Keras's that does something in training only, such as GaussianNoise or RandomFlip: it comes from a file, and
/// goes into files again.
///
/// Graft does not do what it does in training: a frozen one is the identity, as it is in inference, and training with one that
/// is trainable is an error that names it. Graft's own augmentations change pictures before they reach the network.
public final class TrainingOnlyLayer: Layer {
  /// The classes that are such layers.
  package static let classNames = [
    "ActivityRegularization", "AlphaDropout", "AugMix", "CutMix", "Equalization", "GaussianDropout", "GaussianNoise",
    "MixUp", "RandAugment", "RandomBrightness", "RandomColorDegeneration", "RandomColorJitter", "RandomContrast",
    "RandomElasticTransform", "RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomGrayscale", "RandomHue",
    "RandomInvert", "RandomPerspective", "RandomPosterization", "RandomRotation", "RandomSaturation",
    "RandomSharpness", "RandomShear", "RandomTranslation", "RandomZoom", "Solarization",
  ]

  private let kerasClass: String
  private let arguments: [String: JSONValue]

  /// The class's name as Keras has it.
  public override var className: String { kerasClass }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    guard inputs.count == 1 else {
      throw GraftError(.invalidArgument, "\(name): \(kerasClass) needs one input. Received: \(inputs.count).")
    }
    // A linear activation is dropped by every plan; it keeps the layer's name in the graph.
    return try builder.append(
      isTrainable ? .trainingOnly(className: kerasClass) : .activation(.linear), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] { arguments }

  init(_ reader: ConfigurationReader) {
    kerasClass = reader.className
    // Keras 2 says here where random numbers come from; Keras 3 knows no such argument.
    arguments = reader.arguments.filter { $0.key != "rng_type" }
    super.init(name: reader.name)
  }
}
