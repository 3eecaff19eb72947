internal import GraftCore

/// Predictions and losses of an epoch so far, in the order in which they came: from them, metrics are the same in a
/// resumed run. Kept only where checkpoints are.
struct EpochLog {
  private(set) var predictions: [Float] = []
  private(set) var losses: [Float] = []

  mutating func add(prediction: UnsafeBufferPointer<Float>, loss: Float) {
    predictions.append(contentsOf: prediction)
    losses.append(loss)
  }

  mutating func clear() {
    predictions.removeAll(keepingCapacity: true)
    losses.removeAll(keepingCapacity: true)
  }

  /// Takes over what an interrupted run saw.
  init(_ snapshot: TrainingSnapshot? = nil) {
    guard let snapshot else { return }
    predictions = snapshot.predictions.elements
    losses = snapshot.losses.elements
  }
}
