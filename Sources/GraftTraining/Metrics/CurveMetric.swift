/// The areas under ROC curves, one class or label against the rest, from all predictions.
///
/// The area is exact: the share of pairs of a sample of the class and another one in which the former has the higher
/// score, where equal scores count half (the Mann–Whitney statistic, which is scikit-learn's roc_auc_score).
/// keras.metrics.AUC sorts scores into the 199 gaps between 200 thresholds and takes those of one gap for equal.
struct CurveMetric: MetricValue {
  /// All predictions, row by row, and where a class is wanted.
  private var scores: [Float] = []
  private var isWanted: [Bool] = []
  private var classes = 0

  mutating func add(_ sample: MetricSample) {
    classes = sample.prediction.count
    scores.append(contentsOf: sample.prediction)
    for index in sample.prediction.indices { isWanted.append(sample.isWanted(index)) }
  }

  /// The mean over the classes that have an area; NaN if none has.
  var value: Double {
    let known = areas.compactMap { $0 }
    return known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
  }

  /// Each class's area; nil where all samples, or none, are of the class.
  var areas: [Double?] {
    (0..<classes).map { index in
      let places = stride(from: index, to: scores.count, by: classes)
      return Self.area(places.map { (scores[$0], isWanted[$0]) })
    }
  }

  /// The area of one curve; nil without samples on either side, or with scores that are no numbers.
  static func area(_ samples: [(score: Float, isWanted: Bool)]) -> Double? {
    let wanted = samples.count { $0.isWanted }
    let others = samples.count - wanted
    guard wanted > 0, others > 0, samples.allSatisfy({ !$0.score.isNaN }) else { return nil }
    let sorted = samples.sorted { $0.score < $1.score }
    // Twice the number of pairs won: a whole number, so that nothing is rounded before the end.
    var doubledWins = 0
    var below = 0
    var start = 0
    while start < sorted.count {
      var end = start
      var (wantedHere, othersHere) = (0, 0)
      while end < sorted.count, sorted[end].score == sorted[start].score {
        if sorted[end].isWanted { wantedHere += 1 } else { othersHere += 1 }
        end += 1
      }
      doubledWins += wantedHere * (2 * below + othersHere)
      below += othersHere
      start = end
    }
    return Double(doubledWins) / (2 * Double(wanted) * Double(others))
  }
}
