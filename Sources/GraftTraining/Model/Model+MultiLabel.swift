internal import GraftCore
internal import GraftImages
internal import GraftLayers

extension Model {
  /// Pictures as samples for this network, with a row of zeros and ones as each one's target.
  ///
  /// - Throws: `GraftError.invalidArgument` unless the network has an output per label.
  func labelled(_ images: MultiLabelImageSet, _ fit: ImageFit) throws -> LabelledSamples {
    LabelledSamples(
      source: try ImageSource(
        images.files.map(\.path), shape: input.shape, preprocessing: preprocessing, fit: fit),
      targets: try Targets(labels: images, outputs: try classCount), classNames: nil, classIndices: nil)
  }
}
