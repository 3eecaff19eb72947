public import GraftCore
internal import GraftGraph
public import GraftImages
public import GraftLayers
public import GraftStore

extension Model {
  /// Runs the network on pictures and gives its outputs, one row per picture in the set's order.
  ///
  /// - Parameters:
  ///   - images: The pictures; their classes do not matter.
  ///   - fit: How pictures of other proportions fill the input.
  ///   - store: Where features are kept and found; by default nowhere.
  ///   - progress: Called now and then with pictures done and pictures in all.
  /// - Returns: A tensor of the output's shape with one more axis in front. Beyond 256 MiB it lies in a temporary file that is
  ///   mapped into memory.
  /// - Throws: `GraftError.unreadable`, naming every file that cannot be read.
  ///
  /// ```swift
  /// let features = try await base.features(of: photos)  // (221, 1280)
  /// ```
  public func features(
    of images: ImageSet, fit: ImageFit = .stretch, store: FeatureStore? = nil,
    progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> Tensor {
    try await features(of: images, fit: fit, maximumBadFiles: 0, store: store) { progress?($0.done, $0.total) }.features
  }

  /// The same, with up to `maximumBadFiles` files that cannot be read left out.
  package func features(
    of images: ImageSet, fit: ImageFit, maximumBadFiles: Int, store: FeatureStore? = nil,
    progress: (@Sendable (BatchRunner.Progress) -> Void)? = nil
  ) async throws -> (features: Tensor, badSamples: [(index: Int, file: BadFile)]) {
    try check()
    let source = try ImageSource(
      images.files.map(\.path), digests: images.files.map(\.digest), shape: input.shape, preprocessing: preprocessing,
      fit: fit)
    var extraction = FeatureExtraction(try runnableGraph())
    (extraction.store, extraction.name) = (store, name)
    let table = try await extraction.run([source], progress: progress)[0]
    try BadFileCheck.check(table.badSamples.map(\.file), maximum: maximumBadFiles)
    return (table.columns[0], table.badSamples)
  }
}
