internal import GraftCore
internal import GraftImages
internal import GraftStore

/// How long and in what portions a run trains, and what else it does.
struct TrainingOptions: Sendable {
  var epochs: Int
  var batchSize: Int
  var shuffles: Bool
  var seed: UInt64
  var maximumBadFiles = 0
  var callbacks: [any TrainingCallback] = []
  /// How training pictures are varied.
  var augmentation = Augmentation.none
  /// How many variants of each picture the frozen part sees.
  var views: Int?
  /// Where features are kept and found.
  var store: FeatureStore?
  /// What the store calls the network.
  var networkName = ""
  /// Where the run's state is kept, so that it can be resumed.
  var checkpoints: TrainingCheckpoints?

  /// Views where nobody says how many: as many as epochs, up to eight. More gained little on the pictures tried.
  var bankSize: Int { views ?? max(1, min(epochs, 8)) }

  func check() throws {
    guard epochs >= 0 else {
      throw GraftError(.invalidArgument, "The number of epochs must be at least 0. Received: \(epochs).")
    }
    guard batchSize > 0 else {
      throw GraftError(.invalidArgument, "The batch size must be at least 1. Received: \(batchSize).")
    }
    guard maximumBadFiles >= 0 else {
      throw GraftError(.invalidArgument, "maximumBadFiles must be at least 0. Received: \(maximumBadFiles).")
    }
    if let views, !(1...4096).contains(views) {
      throw GraftError(.invalidArgument, "The number of views must lie between 1 and 4096. Received: \(views).")
    }
    try checkpoints?.check()
  }
}
