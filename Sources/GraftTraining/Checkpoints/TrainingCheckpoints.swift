internal import GraftCore

/// Where a run keeps its state, and how often: a run that was killed goes on from there.
///
/// A checkpoint holds weights, the optimizer's memory, epoch and step, what callbacks remember, and the history: whoever
/// resumes from it ends with the same bits as a run that was never stopped, given the same number of cores. The folder
/// keeps the last two; each is written beside the others and takes its name when it is whole, and each is checked by
/// SHA-256 when it is read. All are removed when the run ends.
///
/// ```swift
/// try await model.fit(photos, epochs: 50, checkpoints: TrainingCheckpoints("flowers.checkpoints", resume: true))
/// ```
public struct TrainingCheckpoints: Sendable, Hashable {
  /// The folder; it is made if it is not there.
  public var folder: String
  /// Whether to go on from the last checkpoint, if there is one.
  public var resume: Bool
  /// Seconds between two checkpoints, at least.
  public var interval: Double
  /// Steps between two checkpoints, instead of `interval`.
  public var steps: Int?
  /// Whether checkpoints stay when the run has ended.
  public var keepsLast: Bool

  /// Describes checkpoints.
  ///
  /// - Parameters:
  ///   - folder: The folder; it is made if it is not there.
  ///   - resume: Whether to go on from the last checkpoint, if there is one.
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

  func check() throws {
    guard !folder.isEmpty else {
      throw GraftError(.invalidArgument, "Checkpoints need a folder. Received an empty name.")
    }
    guard interval >= 0 else {
      throw GraftError(.invalidArgument, "The seconds between checkpoints must be at least 0. Received: \(interval).")
    }
    if let steps, steps < 1 {
      throw GraftError(.invalidArgument, "The steps between checkpoints must be at least 1. Received: \(steps).")
    }
  }
}
