/// Precision, recall or F1 from counts over all samples.
struct ScoreMetric: MetricValue {
  enum Kind: Sendable { case precision, recall, f1 }

  let kind: Kind
  let average: ClassAverage
  private var counts = ClassCounts()

  init(_ kind: Kind, _ average: ClassAverage) {
    self.kind = kind
    self.average = average
  }

  mutating func add(_ sample: MetricSample) { counts.add(sample) }

  var value: Double {
    guard counts.count > 0 else { return .nan }
    let score = counts.score(average)
    return switch kind {
    case .precision: score.precision
    case .recall: score.recall
    case .f1: score.f1
    }
  }
}
