internal import Foundation

/// Turns one prediction after another into probabilities, in the same memory.
struct ProbabilityRow: Sendable {
  private let areLogits: Bool
  private var row: [Float] = []

  /// - Parameter areLogits: Whether there is anything to turn: if not, predictions pass as they are.
  init(areLogits: Bool) { self.areLogits = areLogits }

  /// A sample for metrics: by softmax where one class is wanted, by the logistic function where labels are.
  mutating func withSample(
    _ prediction: UnsafeBufferPointer<Float>, _ target: MetricSample.Target, _ body: (MetricSample) -> Void
  ) {
    guard areLogits else { return body(MetricSample(prediction: prediction, target: target)) }
    row.removeAll(keepingCapacity: true)
    switch target {
    case .classIndex:
      let largest = prediction.max() ?? 0
      for logit in prediction { row.append(expf(logit - largest)) }
      let sum = row.reduce(0, +)
      for index in row.indices { row[index] /= sum }
    case .labels:
      for logit in prediction { row.append(1 / (1 + expf(-logit))) }
    }
    row.withUnsafeBufferPointer { body(MetricSample(prediction: $0, target: target)) }
  }
}
