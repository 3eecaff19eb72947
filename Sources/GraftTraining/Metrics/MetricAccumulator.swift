internal import GraftCore
internal import GraftGraph

/// Running means of a loss and of metrics over samples.
struct MetricAccumulator: Sendable {
  private let metrics: [Metric]
  private let loss: LossFunction
  private var lossSum = 0.0
  private var sums: [Double]
  private(set) var count = 0

  init(_ metrics: [Metric], loss: LossFunction) {
    self.metrics = metrics
    self.loss = loss
    sums = [Double](repeating: 0, count: metrics.count)
  }

  /// Adds samples. `predictions` and `targets` have one row per loss.
  mutating func add(
    losses: UnsafeBufferPointer<Float>, predictions: UnsafeBufferPointer<Float>, targets: UnsafeBufferPointer<Float>
  ) {
    guard !losses.isEmpty else { return }
    let classes = predictions.count / losses.count
    let width = targets.count / losses.count
    for sample in losses.indices {
      lossSum += Double(losses[sample])
      let row = UnsafeBufferPointer(rebasing: predictions[(sample * classes)..<((sample + 1) * classes)])
      let target =
        loss.kind == .sparseCategoricalCrossentropy
        ? Int(targets[sample])
        : UnsafeBufferPointer(rebasing: targets[(sample * width)..<((sample + 1) * width)]).indexOfMaximum
      for index in metrics.indices { sums[index] += metrics[index].value(prediction: row, target: target) }
    }
    count += losses.count
  }

  /// The means so far, by name: `loss`, then the metrics'.
  var means: [String: Double] {
    var result = ["loss": count == 0 ? 0 : lossSum / Double(count)]
    for (metric, sum) in zip(metrics, sums) { result[metric.name] = count == 0 ? 0 : sum / Double(count) }
    return result
  }
}
