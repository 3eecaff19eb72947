internal import GraftCore
internal import GraftGraph

/// Running means of a loss and of metrics over samples.
struct MetricAccumulator: Sendable {
  private let metrics: [Metric]
  private var lossSum = 0.0
  private var sums: [Double]
  private(set) var count = 0

  init(_ metrics: [Metric]) {
    self.metrics = metrics
    sums = [Double](repeating: 0, count: metrics.count)
  }

  /// Adds one sample, whose right class is `target`.
  mutating func add(loss: Float, prediction: UnsafeBufferPointer<Float>, target: Int) {
    lossSum += Double(loss)
    for index in metrics.indices { sums[index] += metrics[index].value(prediction: prediction, target: target) }
    count += 1
  }

  /// The means so far, by name: `loss`, then the metrics'; NaN without samples.
  var means: [String: Double] {
    var result = ["loss": lossSum / Double(count)]
    for (metric, sum) in zip(metrics, sums) { result[metric.name] = sum / Double(count) }
    return result
  }
}
