package import GraftStore

/// Samples from picture files: what is computed from one can be found again by its contents.
package protocol PictureSource: SampleSource {
  /// How pictures are brought in: size, fit, preprocessing, and what these come to.
  var settings: String { get }
  /// What a sample's features are found by; nil if its contents are not known.
  func key(_ index: Int) -> FeatureKey?
  /// Makes a loader that tells which samples' files are not the ones whose contents are known.
  func makeLoader(changed: @escaping @Sendable (_ index: Int) -> Void) -> any SampleLoader
}
