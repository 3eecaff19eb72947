/// What is known of a network without building it.
struct ZooFacts: Sendable {
  /// The constructor, Keras's where Keras has it.
  let className: String
  /// The name that a base is asked for by.
  let name: String
  /// Its publisher's name of the network itself.
  let networkName: String
  /// The default side of pictures.
  let imageSize: Int
  /// The number of weights without and with a top.
  let parameters: (noTop: Int, withTop: Int)
  /// Accuracy on ImageNet in per cent, as its publisher states it: the first guess, one of the first five.
  let accuracy: (topOne: Double?, topFive: Double?)
  /// The first layer of the last stage: where fine-tuning begins.
  let lastStage: String
  /// The files of ImageNet weights.
  let noTop: WeightEntry
  let withTop: WeightEntry
}

extension ZooFacts {
  /// Facts of a network whose weights come in one file with the top.
  init(
    className: String, name: String, networkName: String, imageSize: Int, parameters: (noTop: Int, withTop: Int),
    accuracy: (topOne: Double?, topFive: Double?), lastStage: String, file: WeightEntry
  ) {
    self.init(
      className: className, name: name, networkName: networkName, imageSize: imageSize, parameters: parameters,
      accuracy: accuracy, lastStage: lastStage, noTop: file, withTop: file)
  }
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
