/// How often each class was rightly found, wrongly named and missed.
struct ClassCounts: MetricState {
  private(set) var truePositives: [Int] = []
  private(set) var falsePositives: [Int] = []
  private(set) var falseNegatives: [Int] = []
  private(set) var count = 0

  init() {}

  /// The counts that a confusion matrix holds.
  init(_ confusion: ConfusionMatrix) {
    let counts = confusion.counts
    prepare(counts.count)
    for (actual, row) in counts.enumerated() {
      for (predicted, number) in row.enumerated() {
        if actual == predicted {
          truePositives[actual] += number
        } else {
          falseNegatives[actual] += number
          falsePositives[predicted] += number
        }
      }
    }
    count = confusion.count
  }

  mutating func add(_ sample: MetricSample) {
    prepare(sample.prediction.count)
    count += 1
    switch sample.target {
    case .classIndex(let actual):
      let predicted = sample.prediction.indexOfMaximum
      if actual == predicted {
        truePositives[actual] += 1
      } else {
        falseNegatives[actual] += 1
        falsePositives[predicted] += 1
      }
    case .labels(let labels):
      for (label, wanted) in labels.enumerated() {
        switch (wanted > MetricSample.threshold, sample.prediction[label] > MetricSample.threshold) {
        case (true, true): truePositives[label] += 1
        case (true, false): falseNegatives[label] += 1
        case (false, true): falsePositives[label] += 1
        case (false, false): break
        }
      }
    }
  }

  private mutating func prepare(_ classes: Int) {
    guard truePositives.count != classes else { return }
    let zeros = [Int](repeating: 0, count: classes)
    (truePositives, falsePositives, falseNegatives) = (zeros, zeros, zeros)
  }

  /// Every class's scores.
  var scores: [ClassScore] {
    truePositives.indices.map {
      ClassScore(
        truePositives: truePositives[$0], falsePositives: falsePositives[$0], falseNegatives: falseNegatives[$0])
    }
  }

  /// One score for all classes; zeros without samples.
  func score(_ average: ClassAverage) -> ClassScore {
    let scores = scores
    switch average {
    case .macro: return ClassScore(mean: scores, weights: scores.map { _ in 1 })
    case .weighted: return ClassScore(mean: scores, weights: scores.map { Double($0.support) })
    case .micro:
      return ClassScore(
        truePositives: truePositives.reduce(0, +), falsePositives: falsePositives.reduce(0, +),
        falseNegatives: falseNegatives.reduce(0, +))
    case .only(let index):
      return scores.indices.contains(index)
        ? scores[index] : ClassScore(truePositives: 0, falsePositives: 0, falseNegatives: 0)
    }
  }
}
