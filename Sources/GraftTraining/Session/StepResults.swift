/// Predictions and losses of a step's batch, as they were before the step, in the batch's order.
final class StepResults: @unchecked Sendable {
  // Unchecked: workers write different rows, and nobody reads before all have ended.
  let classes: Int
  private var capacity = 0
  private var predictions: UnsafeMutablePointer<Float>
  private var losses: UnsafeMutablePointer<Float>

  init(classes: Int) {
    self.classes = classes
    predictions = .allocate(capacity: 1)
    losses = .allocate(capacity: 1)
  }

  deinit {
    predictions.deallocate()
    losses.deallocate()
  }

  /// Makes room for a batch; nothing is allocated if there was one as large before.
  func begin(_ count: Int) {
    guard capacity < count else { return }
    predictions.deallocate()
    losses.deallocate()
    capacity = count
    predictions = .allocate(capacity: count * classes)
    predictions.initialize(repeating: 0, count: count * classes)
    losses = .allocate(capacity: count)
    losses.initialize(repeating: 0, count: count)
  }

  func storePredictions(_ values: UnsafeBufferPointer<Float>, at sample: Int) {
    guard let source = values.baseAddress else { return }
    (predictions + sample * classes).update(from: source, count: values.count)
  }

  func storeLosses(_ values: UnsafeBufferPointer<Float>, at sample: Int) {
    guard let source = values.baseAddress else { return }
    (losses + sample).update(from: source, count: values.count)
  }

  /// Whether the losses of the first samples are finite.
  func lossesAreFinite(_ count: Int) -> Bool { UnsafeBufferPointer(start: losses, count: count).areFinite }

  /// A sample's prediction.
  func prediction(_ sample: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: predictions + sample * classes, count: classes)
  }

  /// A sample's loss, without its weight.
  func loss(_ sample: Int) -> Float { losses[sample] }
}
