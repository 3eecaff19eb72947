public import GraftCore
internal import GraftGraph
public import GraftImages
public import GraftLayers

extension Model {
  /// Runs the network on pictures and gives its outputs, one row per picture in the set's order.
  ///
  /// - Parameters:
  ///   - images: The pictures; their classes do not matter.
  ///   - fit: How pictures of other proportions fill the input.
  ///   - progress: Called now and then with pictures done and pictures in all.
  /// - Returns: A tensor of the output's shape with one more axis in front.
  /// - Throws: `GraftError.unreadable`, naming every file that cannot be read.
  ///
  /// ```swift
  /// let features = try await base.features(of: photos)  // (221, 1280)
  /// ```
  public func features(
    of images: ImageSet, fit: ImageFit = .stretch,
    progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> Tensor {
    try await features(of: images, fit: fit, maximumBadFiles: 0, progress: progress).features
  }

  /// The same, with up to `maximumBadFiles` files that cannot be read left out.
  package func features(
    of images: ImageSet, fit: ImageFit, maximumBadFiles: Int,
    progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> (features: Tensor, badSamples: [(index: Int, file: BadFile)]) {
    try check()
    let source = try ImageSource(
      images.files.map(\.path), shape: input.shape, preprocessing: preprocessing, fit: fit)
    let runner = try BatchRunner(runnableGraph())
    let (features, bad) = try await runner.outputs(source, shape: output.shape) { progress?($0.done, $0.total) }
    try BadFileCheck.check(bad.map(\.file), maximum: maximumBadFiles)
    return (features, bad)
  }
}
