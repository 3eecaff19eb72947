internal import GraftImages

/// Samples with what is wanted of them.
struct LabelledSamples: Sendable {
  let source: any SampleSource
  let targets: Targets
  /// The class names and each sample's class, where samples are files.
  var classNames: [String]?
  var classIndices: [Int]?
  /// What each sample's loss counts; nil for 1 each.
  var weights: [Float]?
  /// Where samples are pictures: how they are varied in training.
  var pictures: ImageSource?
}
