internal import GraftCore

/// How long and in what portions a run trains.
struct TrainingOptions: Sendable {
  var epochs: Int
  var batchSize: Int
  var shuffles: Bool
  var seed: UInt64
  var maximumBadFiles: Int

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
  }
}
