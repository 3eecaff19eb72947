internal import GraftCore
internal import GraftFormats
internal import GraftLayers

extension BaseNetwork {
  private static let prefix = "savedmodel:"

  /// The folder of a name such as `savedmodel:exported/`; nil for other names.
  package static func savedModel(_ name: String) -> String? {
    name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
  }

  /// Makes a base of a SavedModel, which TensorFlow runs.
  ///
  /// - Parameter output: The name of the signature's output, if it has several.
  init(savedModel folder: String, output: String?, imageSize: Int?, preprocessing: Preprocessing?) throws {
    let network = try TensorFlowModel(contentsOf: folder).model(
      output: output, inputShape: imageSize.map { [$0, $0, 3] }, preprocessing: preprocessing)
    try self.init(
      network, cut: network.output.layer.name, source: "the SavedModel in \(folder), run by TensorFlow",
      weightsDigest: (network.output.layer as? TFSMLayer)?.digest, preprocessing: preprocessing)
  }
}
