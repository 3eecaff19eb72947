internal import GraftCore
internal import GraftGraph
internal import GraftImages
internal import GraftLayers

extension Model {
  /// Pictures as samples for this network, with a row of zeros and ones as each one's target.
  ///
  /// - Throws: `GraftError.invalidArgument` unless the network has an output per label and its loss takes labels.
  func labelled(_ images: MultiLabelImageSet, _ fit: ImageFit) throws -> LabelledSamples {
    let loss = try compiled.loss
    guard loss.targetForm == .labels || loss.kind == .meanSquaredError else {
      throw GraftError(
        .invalidArgument,
        """
        Pictures with several labels need a loss that asks for each label by itself, such as binaryCrossentropy, and \
        outputs with a sigmoid. Received: \(loss.kind.rawValue).
        """)
    }
    return LabelledSamples(
      source: try ImageSource(
        images.files.map(\.path), shape: input.shape, preprocessing: preprocessing, fit: fit),
      targets: try Targets(labels: images, outputs: try classCount), classNames: nil, classIndices: nil)
  }
}
