internal import GraftGraph
internal import GraftImages

/// Takes predictions in, one after another, and comes to an `Evaluation`.
struct EvaluationCollector: Sendable {
  private let form: TargetForm
  private var metrics: MetricAccumulator
  private var parts: Parts
  private var probabilities: ProbabilityRow

  /// A collector for what a loss takes and predicts.
  init(_ metrics: [Metric], classes: Int, loss: LossFunction) {
    self.init(metrics, classes: classes, form: loss.targetForm, areLogits: loss.fromLogits)
  }

  init(_ metrics: [Metric], classes: Int, form: TargetForm, areLogits: Bool = false) {
    let form: TargetForm = classes == 1 && form == .classRow ? .labels : form
    self.form = form
    probabilities = ProbabilityRow(areLogits: areLogits)
    self.metrics = MetricAccumulator(metrics, form: form, areLogits: areLogits)
    parts = Parts(confusion: ConfusionMatrix(classes: form == .labels ? 0 : classes))
  }

  /// Samples so far.
  var count: Int { metrics.count }

  /// Adds one sample, as `MetricAccumulator.add` does.
  mutating func add(
    loss: Float, weight: Float = 1, prediction: UnsafeBufferPointer<Float>, target: UnsafeBufferPointer<Float>
  ) {
    metrics.add(loss: loss, weight: weight, prediction: prediction, target: target)
    probabilities.withSample(prediction, form.target(target)) { parts.add($0) }
  }

  /// Loss and metrics alone.
  var values: [String: Double] { metrics.means }

  /// What the samples so far come to.
  func evaluation(badFiles: [BadFile] = []) -> Evaluation {
    let report = ClassificationReport(
      parts.counts, areas: parts.curves.areas, calibrationError: parts.calibration.value)
    if form == .labels {
      return Evaluation(
        values: values, count: count, shareOfRightLabels: parts.labelAccuracy.value, report: report, badFiles: badFiles)
    }
    return Evaluation(values: values, confusion: parts.confusion, report: report, badFiles: badFiles)
  }

  /// What is known beside the metrics that `compile` asked for.
  private struct Parts: Sendable {
    var confusion: ConfusionMatrix
    var counts = ClassCounts()
    var curves = CurveMetric()
    var calibration = CalibrationMetric()
    var labelAccuracy = MeanMetric(.accuracy)

    mutating func add(_ sample: MetricSample) {
      if case .classIndex(let actual) = sample.target {
        confusion.add(actual: actual, predicted: sample.prediction.indexOfMaximum)
      } else {
        labelAccuracy.add(sample)
      }
      counts.add(sample)
      curves.add(sample)
      calibration.add(sample)
    }
  }
}
