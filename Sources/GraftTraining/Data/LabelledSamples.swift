/// Samples with what is wanted of them.
struct LabelledSamples: Sendable {
  let source: any SampleSource
  let targets: Targets
  /// The class names and each sample's class, where samples are files.
  let classNames: [String]?
  let classIndices: [Int]?
  /// How much each sample counts in the loss; nil if all count 1.
  var weights: [Float]?
}
