/// The mean over samples of a number that each sample gives alone.
struct MeanMetric: MetricValue {
  enum Kind: Sendable {
    case accuracy
    case topK(Int)
    case binaryAccuracy(threshold: Float)
  }

  let kind: Kind
  private var sum = 0.0
  private var count = 0

  init(_ kind: Kind) { self.kind = kind }

  mutating func add(_ sample: MetricSample) {
    sum += number(sample)
    count += 1
  }

  var value: Double { sum / Double(count) }

  private func number(_ sample: MetricSample) -> Double {
    switch (kind, sample.target) {
    case (.accuracy, .classIndex(let target)): sample.prediction.indexOfMaximum == target ? 1 : 0
    case (.accuracy, .labels): shareOfRightLabels(sample, MetricSample.threshold)
    case (.binaryAccuracy(let threshold), _): shareOfRightLabels(sample, threshold)
    case (.topK(let k), .classIndex(let target)): isAmongBest(target, k, sample.prediction) ? 1 : 0
    // Keras's metric takes the first of the largest targets for the class.
    case (.topK(let k), .labels(let labels)): isAmongBest(labels.indexOfMaximum, k, sample.prediction) ? 1 : 0
    }
  }

  private func shareOfRightLabels(_ sample: MetricSample, _ threshold: Float) -> Double {
    let right = sample.prediction.indices.count { (sample.prediction[$0] > threshold) == sample.isWanted($0) }
    return Double(right) / Double(sample.prediction.count)
  }

  private func isAmongBest(_ index: Int, _ k: Int, _ prediction: UnsafeBufferPointer<Float>) -> Bool {
    let wanted = prediction[index]
    return wanted.isFinite && prediction.count { $0 > wanted } < k
  }
}
