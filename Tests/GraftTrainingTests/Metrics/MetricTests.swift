import GraftCore
import GraftGraph
import GraftLayers
import Testing

@testable import GraftTraining

@Suite struct MetricTests {
  private func means(
    _ metrics: [Metric], form: TargetForm, areLogits: Bool = false, _ samples: [([Float], [Float])]
  ) -> [String: Double] {
    var accumulator = MetricAccumulator(metrics, form: form, areLogits: areLogits)
    for (prediction, target) in samples {
      prediction.withUnsafeBufferPointer { prediction in
        target.withUnsafeBufferPointer { accumulator.add(loss: 1, prediction: prediction, target: $0) }
      }
    }
    return accumulator.means
  }

  /// Logits give the metrics of the probabilities that they stand for.
  @Test func logitsBecomeProbabilities() throws {
    let metrics: [Metric] = [.calibrationError, .binaryAccuracy(), .f1(), .areaUnderROC, .accuracy]
    let classes = means(
      metrics, form: .classIndex, areLogits: true, [([2, 1, -1], [0]), ([0.1, 0.3, 0.2], [2]), ([90, -90, 0], [0])])
    // softmax by hand: the largest are 0.7053845, 0.3671654 and 1.
    let expected = (abs(1 - 0.705384513) + abs(0 - 0.367165392) + 0) / 3
    #expect(abs(try #require(classes["calibration_error"]) - expected) < 1e-6)
    #expect(classes["accuracy"] == 2.0 / 3)
    let labels = means(
      metrics, form: .labels, areLogits: true, [([0.2, -0.2], [1, 0]), ([0.4, 3], [0, 1]), ([-5, 5], [0, 1])])
    #expect(labels["binary_accuracy"] == 5.0 / 6)
    #expect(labels["accuracy"] == 5.0 / 6)
    #expect(labels["auc"] == 0.75)
  }

  @Test func ties() {
    #expect(CurveMetric.area([(0.5, true), (0.5, false)]) == 0.5)
    #expect(CurveMetric.area([(0.5, true), (0.5, false), (0.1, false), (0.9, true)]) == 0.875)
    #expect(CurveMetric.area([(0.9, true), (0.1, false)]) == 1)
    #expect(CurveMetric.area([(0.1, true), (0.9, false)]) == 0)
    #expect(CurveMetric.area([(0.1, true), (0.9, true)]) == nil)
    #expect(CurveMetric.area([(.nan, true), (0.9, false)]) == nil)
    // Infinite scores have an order.
    #expect(CurveMetric.area([(.infinity, true), (-.infinity, false), (0, false)]) == 1)
  }

  @Test func withoutSamplesNothingIsKnown() {
    let metrics: [Metric] = [.accuracy, .f1(), .areaUnderROC, .calibrationError, .binaryAccuracy()]
    let means = MetricAccumulator(metrics).means
    #expect(means.count == 6)
    #expect(means.values.allSatisfy { $0.isNaN })
  }

  @Test func confidenceAtTheEdgeOfABin() throws {
    // 0.2 is the upper edge of the third bin of 15; all of its samples are in one bin, right and wrong in equal parts.
    let edge = means(
      [.calibrationError], form: .labels, [([0.2], [1]), ([0.2], [0]), ([0.19], [0]), ([0.14], [1])])
    #expect(abs(try #require(edge["calibration_error"]) - abs(2 - 0.73) / 4) < 1e-7)
    let ends = means([.calibrationError], form: .labels, [([0], [0]), ([1], [1])])
    #expect(ends["calibration_error"] == 0)
  }

  @Test func weightsWeighTheLossAlone() {
    var accumulator = MetricAccumulator([.accuracy], form: .classRow)
    let samples: [(loss: Float, weight: Float, prediction: [Float])] = [(2, 3, [0.1, 0.9]), (4, 0.5, [0.8, 0.2])]
    for sample in samples {
      sample.prediction.withUnsafeBufferPointer { prediction in
        [Float(0), 1].withUnsafeBufferPointer {
          accumulator.add(loss: sample.loss, weight: sample.weight, prediction: prediction, target: $0)
        }
      }
    }
    #expect(accumulator.means == ["loss": 4, "accuracy": 0.5])
  }

  @Test func runningNumbersLeaveOutWhatNeedsAllSamples() {
    let accumulator = MetricAccumulator([.accuracy, .areaUnderROC, .f1()])
    #expect(accumulator.running.keys.sorted() == ["accuracy", "f1", "loss"])
    #expect(accumulator.means.keys.sorted() == ["accuracy", "auc", "f1", "loss"])
  }

  @Test func numbersThatCannotWorkAreTold() {
    #expect(Metric.topKAccuracy(0).problem(classes: 3)?.contains("Received: 0") == true)
    #expect(Metric.binaryAccuracy(threshold: 1.5).problem(classes: 3)?.contains("1.5") == true)
    #expect(Metric.f1(.only(3)).problem(classes: 3)?.contains("f1_class_3") == true)
    #expect(Metric.f1(.only(2)).problem(classes: 3) == nil)
    #expect(Metric.recall(.only(-1)).problem(classes: 3) != nil)
    #expect(Metric.areaUnderROC.problem(classes: 3) == nil)
  }

  @Test func tableForPeople() {
    var confusion = ConfusionMatrix(classes: 2)
    for (actual, predicted) in [(0, 0), (0, 1), (1, 1), (1, 1)] { confusion.add(actual: actual, predicted: predicted) }
    let report = ClassificationReport(confusion)
    #expect(
      report.text(classNames: ["cat", "dog"]) == """
        class             precision  recall     F1  samples
        cat                   1.000   0.500  0.667        2
        dog                   0.667   1.000  0.800        2
        macro average         0.833   0.750  0.733        4
        weighted average      0.833   0.750  0.733        4
        micro average         0.750   0.750  0.750        4
        """)
    let whole = ClassificationReport(ClassCounts(confusion), areas: [0.75, nil], calibrationError: 0.125)
    let lines = whole.text(classNames: ["cat"]).split(separator: "\n")
    #expect(lines[1] == "cat                   1.000   0.500  0.667  0.750        2")
    #expect(lines[2] == "class 1               0.667   1.000  0.800      –        2")
    #expect(lines.last == "expected calibration error 0.125")
  }

  @Test func lossesSayWhatTargetsMean() {
    for kind in LossFunction.Kind.allCases {
      let loss = LossFunction(kind)
      let expected: TargetForm? =
        switch kind.rawValue {
        case "categoricalCrossentropy", "categoricalFocalCrossentropy": .classRow
        case "sparseCategoricalCrossentropy": .classIndex
        case "binaryCrossentropy", "binaryFocalCrossentropy": .labels
        case "meanSquaredError": .classRow
        default: nil
        }
      #expect(loss.targetForm == expected, "\(kind)")
    }
  }

  /// With one output there is no most probable class: as Keras's "accuracy", it is asked whether 0.5 is passed.
  @Test func oneOutputIsAYesOrNo() {
    var collector = EvaluationCollector([.accuracy], classes: 1, loss: .meanSquaredError)
    for (prediction, target) in [(0.75, 1), (0.25, 1), (0.75, 0), (0.125, 0)] as [(Float, Float)] {
      [prediction].withUnsafeBufferPointer { prediction in
        [target].withUnsafeBufferPointer { collector.add(loss: 0, prediction: prediction, target: $0) }
      }
    }
    let evaluation = collector.evaluation()
    #expect(evaluation["accuracy"] == 0.5)
    #expect(evaluation.accuracy == 0.5)
    #expect(evaluation.report.classes[0].support == 2)
    #expect(evaluation.areaUnderROC == 0.625)
  }

  /// A model of several labels, judged by the loss's own form.
  @Test func evaluatesLabels() async throws {
    let model = try Heads.labels()
    try model.compile(loss: .binaryCrossentropy, metrics: [.accuracy, .binaryAccuracy(), .f1(), .areaUnderROC])
    let (x, _) = Heads.data(50)
    let y = Tensor((0..<50).map { row in (0..<3).map { x[row, $0] > 0 ? Float(1) : 0 } })
    let result = try await model.evaluate(x, y)
    let predictions = try await model.predict(x)
    var right = 0
    for row in 0..<50 {
      for label in 0..<3 where (predictions[row, label] > 0.5) == (y[row, label] == 1) { right += 1 }
    }
    // The mean of thirds, summed sample by sample.
    #expect(abs(result.accuracy - Double(right) / 150) < 1e-12)
    #expect(result["accuracy"] == result.accuracy)
    #expect(result["binary_accuracy"] == result.accuracy)
    #expect(result.confusion.counts.isEmpty)
    #expect(result.count == 50)
    #expect(result.report.classes.map(\.support) == (0..<3).map { label in (0..<50).count { y[$0, label] == 1 } })
    #expect(result["auc"] == result.areaUnderROC)
    #expect(result["f1"] == result.report.macro.f1)
  }
}
