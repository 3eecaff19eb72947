internal import GraftCore
internal import GraftGraph

/// The mean of a loss, and metrics, over samples.
struct MetricAccumulator: Sendable {
  private let metrics: [Metric]
  private let form: TargetForm
  private var lossSum = 0.0
  private var values: [any MetricValue]
  private var probabilities: ProbabilityRow
  private(set) var count = 0

  /// - Parameters:
  ///   - form: What a row of targets means.
  ///   - areLogits: Whether predictions are logits: metrics get the probabilities that they stand for.
  init(_ metrics: [Metric], form: TargetForm = .classIndex, areLogits: Bool = false) {
    self.metrics = metrics
    self.form = form
    probabilities = ProbabilityRow(areLogits: areLogits)
    values = metrics.map { $0.makeValue() }
  }

  /// An accumulator for what a loss takes and predicts.
  init(_ metrics: [Metric], loss: LossFunction) {
    self.init(metrics, form: loss.targetForm, areLogits: loss.fromLogits)
  }

  /// Adds one sample, whose right class is `target`.
  mutating func add(loss: Float, prediction: UnsafeBufferPointer<Float>, target: Int) {
    add(loss, prediction, .classIndex(target))
  }

  /// Adds one sample. Its weight counts for the loss alone: the mean is Σ weight · loss / samples, as Keras's.
  ///
  /// - Parameters:
  ///   - loss: The sample's own loss, without its weight.
  ///   - target: A row in the accumulator's form.
  mutating func add(
    loss: Float, weight: Float = 1, prediction: UnsafeBufferPointer<Float>, target: UnsafeBufferPointer<Float>
  ) {
    add(loss * weight, prediction, form.target(target))
  }

  private mutating func add(
    _ loss: Float, _ prediction: UnsafeBufferPointer<Float>, _ target: MetricSample.Target
  ) {
    lossSum += Double(loss)
    count += 1
    guard !values.isEmpty else { return }
    probabilities.withSample(prediction, target) { sample in
      for index in values.indices { values[index].add(sample) }
    }
  }

  /// Loss and all metrics over the samples so far, by name; NaN without samples.
  var means: [String: Double] { numbers { _ in true } }

  /// The same without those that would need a look at all samples again: for every batch.
  var running: [String: Double] { numbers(where: \.isRunning) }

  private func numbers(where isWanted: (Metric) -> Bool) -> [String: Double] {
    var result = ["loss": lossSum / Double(count)]
    for (metric, value) in zip(metrics, values) where isWanted(metric) { result[metric.name] = value.value }
    return result
  }
}

extension TargetForm {
  /// What a row in this form asks for.
  func target(_ row: UnsafeBufferPointer<Float>) -> MetricSample.Target {
    switch self {
    case .classIndex: .classIndex(Int(row[0]))
    case .classRow: row.count == 1 ? .labels(row) : .classIndex(row.indexOfMaximum)
    case .labels: .labels(row)
    }
  }
}
