internal import GraftCore

/// Where a run keeps its state, and how often: a run that was killed goes on from there.
///
/// A checkpoint holds the weights, the optimizer's memory, epoch and step, what callbacks remember, the weights that they
/// kept, and the history; random numbers are functions of seed, epoch and step, and need no memory. Whoever resumes ends
/// with the same bits as a run that was never stopped, on the same number of cores of the same kind.
///
/// The folder holds the last two checkpoints. Each is written beside the others and takes its name when all of it is on the
/// disk; each has SHA-256 checksums over every byte, which are verified before it is used. If the newest is damaged, the run
/// goes on from the one before. A cancelled run writes a checkpoint before it ends. One run at a time has a folder.
///
/// A run is resumed by the call that began it, with the same data, network, `compile` and arguments: another run's
/// checkpoints are refused, with what differs. Only `epochs` may change: more of them continue a run beyond its end, unless
/// a callback ended it. Reading pictures and the pass through the frozen layers are done again.
///
/// ```swift
/// let checkpoints = TrainingCheckpoints("flowers.checkpoints", resume: true, keepsLast: true)
/// try await model.fit(photos, epochs: 50, checkpoints: checkpoints)
/// try await GraftModel(model, classNames: photos.classNames).write(to: "flowers.graft")
/// checkpoints.remove()  // not before the model is safe
/// ```
public struct TrainingCheckpoints: Sendable, Hashable {
  /// The folder; it is made if it is not there.
  public var folder: String
  /// Whether to go on from the last checkpoint; a run begins anew if there is none. Without it, a folder that holds
  /// checkpoints is an error.
  public var resume: Bool
  /// Seconds between two checkpoints, at least; 0 writes one after every step.
  public var interval: Double
  /// Steps between two checkpoints, instead of `interval`.
  public var steps: Int?
  /// Whether checkpoints stay when the run has ended, until `remove` is called. If not, `fit` removes them.
  public var keepsLast: Bool

  /// Describes checkpoints.
  ///
  /// - Parameters:
  ///   - folder: The folder; it is made if it is not there.
  ///   - resume: Whether to go on from the last checkpoint; a run begins anew if there is none.
  ///   - interval: Seconds between two checkpoints, at least.
  ///   - steps: Steps between two checkpoints, instead of `interval`.
  ///   - keepsLast: Whether checkpoints stay when the run has ended; then resuming an ended run gives its result at once.
  public init(
    _ folder: String, resume: Bool = false, interval: Double = 20, steps: Int? = nil, keepsLast: Bool = false
  ) {
    self.folder = folder
    self.resume = resume
    self.interval = interval
    self.steps = steps
    self.keepsLast = keepsLast
  }

  /// Removes all checkpoints in the folder, those of phases too, and the folder if nothing else is in it.
  public func remove() {
    removePhases()
    CheckpointFolder.removeAll(in: folder)
  }

  func check() throws {
    guard !folder.isEmpty else {
      throw GraftError(.invalidArgument, "Checkpoints need a folder. Received an empty name.")
    }
    guard interval >= 0 else {
      throw GraftError(
        .invalidArgument, "The seconds between checkpoints must be a number of at least 0. Received: \(interval).")
    }
    if let steps, steps < 1 {
      throw GraftError(.invalidArgument, "The steps between checkpoints must be at least 1. Received: \(steps).")
    }
  }
}
