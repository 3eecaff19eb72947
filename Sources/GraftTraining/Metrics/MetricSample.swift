/// One prediction, as probabilities, with what was wanted.
struct MetricSample {
  enum Target {
    /// One class of several.
    case classIndex(Int)
    /// A row of zeros and ones: any number of labels.
    case labels(UnsafeBufferPointer<Float>)
  }

  /// Above it a label counts as given: Keras's threshold.
  static let threshold: Float = 0.5

  let prediction: UnsafeBufferPointer<Float>
  let target: Target

  /// Whether a class is the sample's, or a label is on it.
  func isWanted(_ index: Int) -> Bool {
    switch target {
    case .classIndex(let wanted): wanted == index
    case .labels(let labels): labels[index] > Self.threshold
    }
  }
}
