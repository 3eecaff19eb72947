package import GraftCore
package import GraftImages
package import GraftLayers
package import GraftStore

/// The features of a set of pictures, from one pass through a base, and everything else that heads are trained on.
package struct HeadFeatures: Sendable {
  /// One row per picture that could be read.
  package let tensor: Tensor
  /// The pictures that could be read.
  package let images: ImageSet
  /// Files that could not be read.
  package let badFiles: [BadFile]
  /// Seconds for decoding and the base.
  package let seconds: Double

  /// - Throws: `GraftError.shapeMismatch` if the base does not give a row of features; what `Model.features` throws;
  ///   `GraftError.invalidData` if a class is left without pictures.
  package static func extract(
    _ images: ImageSet, base: Model, fit: ImageFit, maximumBadFiles: Int, store: FeatureStore? = nil,
    progress: (@Sendable (HeadProgress) -> Void)?
  ) async throws -> HeadFeatures {
    try base.check()
    guard base.output.shape.rank == 1 else {
      throw GraftError(
        .shapeMismatch,
        """
        A head needs a row of features per picture. The base's output has the shape \(base.output.shape); end it with a \
        pooling, as pooling: .average does.
        """)
    }
    let began = ContinuousClock.now
    let (tensor, bad) = try await base.features(of: images, fit: fit, maximumBadFiles: maximumBadFiles, store: store) {
      progress?(.extracting(done: $0.done, total: $0.total))
    }
    let missing = Set(bad.map(\.index))
    let good = images.subset(images.files.indices.filter { !missing.contains($0) })
    if let lost = images.classNames.indices.first(where: { images.classCounts[$0] > 0 && good.classCounts[$0] == 0 }) {
      throw GraftError(.invalidData, "Not one picture of the class '\(images.classNames[lost])' can be read.")
    }
    return HeadFeatures(tensor: tensor, images: good, badFiles: bad.map(\.file), seconds: began.secondsSince)
  }

  /// As samples whose folds are those of `ImageSet.folds`: by content, whatever the files' names and order.
  func samples(_ options: LinearHeadOptions) throws -> HeadSamples {
    try HeadSamples(
      tensor, images.files.map(\.classIndex), classes: images.classNames.count, weights: nil,
      groups: images.foldGroups(seed: options.seed), options, classNames: images.classNames)
  }
}
