/// What is known of a network without building it.
struct ZooFacts: Sendable {
  /// Keras's constructor.
  let className: String
  /// The name that a base is asked for by.
  let name: String
  /// Keras's name of the network itself.
  let networkName: String
  /// The default side of pictures.
  let imageSize: Int
  /// The number of weights without and with a top.
  let parameters: (noTop: Int, withTop: Int)
  /// Accuracy on ImageNet in per cent, as Keras's documentation states it: the first guess, one of the first five.
  let accuracy: (topOne: Double?, topFive: Double?)
  /// The first layer of the last stage: where fine-tuning begins.
  let lastStage: String
  /// The files of ImageNet weights.
  let noTop: WeightEntry
  let withTop: WeightEntry
}

extension WeightEntry {
  /// A file that Keras publishes.
  static func keras(
    _ folder: String, _ file: String, digest: String? = nil, licence: String = "Apache-2.0"
  ) -> WeightEntry {
    WeightEntry(
      fileName: file, url: "https://storage.googleapis.com/" + folder + file, digest: digest.map { WeightDigest($0) },
      licence: licence)
  }
}

/// Where most of Keras's weights lie.
func kerasFolder(_ family: String) -> String { "tensorflow/keras-applications/\(family)/" }
