/// The expected calibration error: how far confidence is from the share of right answers.
///
/// Guo et al., "On calibration of modern neural networks" (2017), with M = 15 bins of equal width:
///
///     ECE = Σ_m |B_m| / n · |accuracy(B_m) − confidence(B_m)|,   B_m = samples with confidence in ((m − 1)/M, m/M]
///
/// A sample's confidence is its largest probability. Where samples carry labels, each label of each sample is an entry of
/// its own: its confidence is its probability, and it is right if the label is there. A confidence of 0 is in the first
/// bin.
struct CalibrationMetric: MetricValue {
  static let binCount = 15

  private var counts = [Int](repeating: 0, count: binCount)
  private var right = [Int](repeating: 0, count: binCount)
  private var confidence = [Double](repeating: 0, count: binCount)

  mutating func add(_ sample: MetricSample) {
    switch sample.target {
    case .classIndex(let target):
      let predicted = sample.prediction.indexOfMaximum
      add(sample.prediction[predicted], isRight: predicted == target)
    case .labels:
      for label in sample.prediction.indices { add(sample.prediction[label], isRight: sample.isWanted(label)) }
    }
  }

  private mutating func add(_ probability: Float, isRight: Bool) {
    let place = (Double(probability) * Double(Self.binCount)).rounded(.up) - 1
    // What is not a number has no bin; the loss tells of it.
    guard place.isFinite else { return }
    let bin = min(max(Int(place), 0), Self.binCount - 1)
    counts[bin] += 1
    right[bin] += isRight ? 1 : 0
    confidence[bin] += Double(probability)
  }

  var value: Double {
    let total = Double(counts.reduce(0, +))
    guard total > 0 else { return .nan }
    return counts.indices.reduce(0) { $0 + abs(Double(right[$1]) - confidence[$1]) } / total
  }
}
