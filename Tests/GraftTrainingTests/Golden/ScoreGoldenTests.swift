import GraftCore
import GraftTestSupport
import Testing

@testable import GraftTraining

/// Precision, recall, F1, areas and calibration: scikit-learn's numbers in double precision, and Keras's in single.
@Suite struct ScoreGoldenTests {
  struct Parameters: Decodable {
    struct Scores: Decodable {
      let precision, recall, f1: [Double]
      let support: [Int]
      let precisionMacro, recallMacro, f1Macro: Double
      let precisionMicro, recallMicro, f1Micro: Double
      let precisionWeighted, recallWeighted, f1Weighted: Double
      let rocAuc: [Double?]
      let calibrationError: Double
      let accuracy: Double?
    }
    let scikitLearn: Scores
  }

  static let cases = ["classes", "classes_confident", "classes_missing", "labels"]

  let allMetrics: [Metric] = [
    .accuracy, .binaryAccuracy(), .binaryAccuracy(threshold: 0.7), .precision(), .precision(.micro),
    .precision(.weighted), .recall(), .recall(.micro), .recall(.weighted), .f1(), .f1(.micro), .f1(.weighted),
    .f1(.only(1)), .precision(.only(0)), .recall(.only(2)), .areaUnderROC, .calibrationError,
  ]

  @Test func everyCaseIsListed() throws {
    #expect(try GoldenFile.cases(in: "scores") == Self.cases.map { "scores/\($0)" })
  }

  private func collected(_ golden: GoldenFile, _ name: String, asRows: Bool = false) throws -> Evaluation {
    let predictions = try golden.tensor("predictions")
    let classes = predictions.shape[1]
    var targets = try golden.tensor("targets")
    var form: TargetForm = name == "labels" ? .labels : .classIndex
    if asRows {
      targets = Tensor(targets.elements.map { label in (0..<classes).map { Float($0) == label ? 1 : 0 } })
      form = .classRow
    }
    var collector = EvaluationCollector(allMetrics, classes: classes, form: form)
    for row in 0..<predictions.shape[0] {
      predictions.rows(row..<(row + 1)).withUnsafeBufferPointer { prediction in
        targets.rows(row..<(row + 1)).withUnsafeBufferPointer { target in
          collector.add(loss: Float(row), prediction: prediction, target: target)
        }
      }
    }
    return collector.evaluation()
  }

  private func near(_ value: Double?, _ expected: Double?, _ tolerance: Double = 1e-12) -> Bool {
    guard let value, let expected else { return value == nil && expected == nil }
    return abs(value - expected) <= tolerance
  }

  @Test(arguments: cases) func reportIsScikitLearns(_ name: String) throws {
    let golden = try GoldenFile("scores/\(name)")
    let expected = try golden.parameters(Parameters.self).scikitLearn
    let evaluation = try collected(golden, name)
    let report = evaluation.report
    #expect(report.classes.map(\.support) == expected.support)
    for (index, score) in report.classes.enumerated() {
      #expect(near(score.precision, expected.precision[index]), "precision of class \(index)")
      #expect(near(score.recall, expected.recall[index]), "recall of class \(index)")
      #expect(near(score.f1, expected.f1[index]), "F1 of class \(index)")
      #expect(near(report.areasUnderROC[index], expected.rocAuc[index]), "area of class \(index)")
    }
    let averages = [
      (report.macro, expected.precisionMacro, expected.recallMacro, expected.f1Macro),
      (report.micro, expected.precisionMicro, expected.recallMicro, expected.f1Micro),
      (report.weighted, expected.precisionWeighted, expected.recallWeighted, expected.f1Weighted),
    ]
    for (score, precision, recall, f1) in averages {
      #expect(near(score.precision, precision) && near(score.recall, recall) && near(score.f1, f1))
      #expect(score.support == expected.support.reduce(0, +))
    }
    let areas = expected.rocAuc.compactMap { $0 }
    #expect(near(evaluation.areaUnderROC, areas.reduce(0, +) / Double(areas.count)))
    #expect(near(evaluation.expectedCalibrationError, expected.calibrationError))
    if let accuracy = expected.accuracy { #expect(near(evaluation.accuracy, accuracy)) }
  }

  @Test(arguments: cases) func metricsAreTheReports(_ name: String) throws {
    let evaluation = try collected(GoldenFile("scores/\(name)"), name)
    let report = evaluation.report
    let expected: [String: Double] = [
      "precision": report.macro.precision, "precision_micro": report.micro.precision,
      "precision_weighted": report.weighted.precision, "recall": report.macro.recall,
      "recall_micro": report.micro.recall, "recall_weighted": report.weighted.recall, "f1": report.macro.f1,
      "f1_micro": report.micro.f1, "f1_weighted": report.weighted.f1, "f1_class_1": report.classes[1].f1,
      "precision_class_0": report.classes[0].precision, "recall_class_2": report.classes[2].recall,
      "auc": try #require(report.areaUnderROC), "accuracy": evaluation.accuracy,
      "calibration_error": try #require(report.expectedCalibrationError),
    ]
    for (key, value) in expected { #expect(evaluation[key] == value, "\(key)") }
    #expect(evaluation.loss == Double(evaluation.count - 1) / 2)
  }

  @Test(arguments: cases) func scoresAreKeras(_ name: String) throws {
    let golden = try GoldenFile("scores/\(name)")
    let report = try collected(golden, name).report
    func check(_ key: String, _ values: [Double]) throws {
      // Keras adds 1e-7 to denominators, and computes in float32.
      let problem = Tensor(values.map { Float($0) }).mismatch(try golden.tensor("keras/" + key), atol: 1e-6)
      #expect(problem == nil, "\(key)")
    }
    try check("precision", report.classes.map(\.precision))
    try check("recall", report.classes.map(\.recall))
    try check("f1", report.classes.map(\.f1))
    try check("precision_micro", [report.micro.precision])
    try check("recall_micro", [report.micro.recall])
    try check("f1_macro", [report.macro.f1])
    try check("f1_micro", [report.micro.f1])
    try check("f1_weighted", [report.weighted.f1])
  }

  @Test func binaryAccuracyIsKeras() throws {
    let golden = try GoldenFile("scores/labels")
    let evaluation = try collected(golden, "labels")
    for (key, name) in [
      ("binary_accuracy", "binary_accuracy"), ("binary_accuracy", "accuracy"),
      ("binary_accuracy_0.7", "binary_accuracy_0.7"),
    ] {
      let value = Tensor([Float(try #require(evaluation[name]))])
      #expect(value.mismatch(try golden.tensor("keras/\(key)"), atol: 1e-7) == nil, "\(name)")
    }
    #expect(evaluation.confusion.counts.isEmpty)
    #expect(evaluation.count == 120)
    #expect(evaluation.addingBadFiles([]).accuracy == evaluation.accuracy)
  }

  /// Keras sorts scores into gaps between 200 thresholds. Scores so sorted give its area exactly; ours lies from it no
  /// farther than half the share of pairs that fell into one gap.
  @Test(arguments: cases) func areasAreKerasWithinItsThresholds(_ name: String) throws {
    let golden = try GoldenFile("scores/\(name)")
    let predictions = try golden.tensor("predictions")
    let targets = try golden.tensor("targets")
    let keras = try golden.tensor("keras/auc").elements
    let exact = try collected(golden, name).report.areasUnderROC
    for label in 0..<predictions.shape[1] {
      let samples = (0..<predictions.shape[0]).map { row in
        (
          score: predictions[row, label],
          isWanted: name == "labels" ? targets[row, label] == 1 : targets[row] == Float(label)
        )
      }
      // ⌈199 p⌉ − 1, in float32 as Keras has it.
      let sorted = samples.map { (score: max(0, ($0.score * 199).rounded(.up) - 1), isWanted: $0.isWanted) }
      guard let area = CurveMetric.area(sorted), let ours = exact[label] else {
        #expect(exact[label] == nil && keras[label] == 0, "label \(label)")
        continue
      }
      #expect(abs(area - Double(keras[label])) <= 2e-6, "label \(label)")
      var tied = 0
      for (_, group) in Dictionary(grouping: sorted, by: \.score) {
        let wanted = group.count { $0.isWanted }
        tied += wanted * (group.count - wanted)
      }
      let wanted = samples.count { $0.isWanted }
      let bound = 0.5 * Double(tied) / Double(wanted * (samples.count - wanted))
      #expect(abs(ours - Double(keras[label])) <= bound + 2e-6, "label \(label)")
    }
  }

  @Test func oneHotRowsAndIndicesAreTheSame() throws {
    let golden = try GoldenFile("scores/classes")
    let (byIndex, byRow) = (try collected(golden, "classes"), try collected(golden, "classes", asRows: true))
    #expect(byIndex.report == byRow.report)
    #expect(byIndex.values == byRow.values)
    #expect(byIndex.confusion == byRow.confusion)
    #expect(ClassificationReport(byIndex.confusion).classes == byIndex.report.classes)
    #expect(ClassificationReport(byIndex.confusion).weighted == byIndex.report.weighted)
  }
}
