/// What a metric remembers of the samples so far.
protocol MetricState: Sendable {
  /// Takes a sample in.
  mutating func add(_ sample: MetricSample)
}

/// A metric's memory, which comes to one number.
protocol MetricValue: MetricState {
  /// The metric over all samples so far; NaN where it is not defined.
  var value: Double { get }
}
