internal import GraftCore

/// The whole state of a run between two steps.
struct TrainingSnapshot: Sendable {
  /// What makes a run this run: data, network, options. A snapshot of another run is refused.
  var fingerprint: RunFingerprint
  /// The epoch that runs, from 1; one more than there are once all have run.
  var epoch: Int
  /// Steps of this epoch that were made.
  var batch: Int
  /// How many views each sample has.
  var views: Int
  /// How long the run has trained, and how long this epoch, in seconds.
  var seconds: Double
  var epochSeconds: Double
  /// Everything that training changes, by name.
  var weights: [String: Tensor]
  var optimizer: OptimizerSnapshot
  var records: [EpochRecord]
  /// Predictions and losses of this epoch so far, in the order in which they came.
  var predictions: Tensor
  var losses: Tensor
  /// What each callback remembers, and the weights that it kept.
  var callbacks: [JSONValue]
  var keptWeights: [Int: [String: Tensor]]
  /// Why the run ended before its last epoch, if it did.
  var stopReason: String?
}
