internal import Foundation
internal import GraftCore

/// The checkpoints of one run in their folder: the last two are kept.
final class CheckpointWriter {
  private let options: TrainingCheckpoints
  private let fingerprint: String
  private var lastWrite = ContinuousClock.now
  private var stepsSinceWrite = 0

  private static let prefix = "checkpoint-"
  private static let suffix = ".safetensors"
  private static let generations = 2

  /// - Throws: `GraftError.invalidArgument` if an unfinished run's checkpoints are there and are not to be resumed;
  ///   `GraftError.writeFailed` if the folder cannot be made.
  init(_ options: TrainingCheckpoints, fingerprint: String) throws {
    self.options = options
    self.fingerprint = fingerprint
    do {
      try FileManager.default.createDirectory(atPath: options.folder, withIntermediateDirectories: true)
    } catch {
      throw GraftError(
        .writeFailed, "The folder '\(options.folder)' for checkpoints cannot be made: \(error.localizedDescription)")
    }
    // What a killed run was just writing is worth nothing.
    for name in names where name.hasPrefix("." + Self.prefix) && name.hasSuffix(".tmp") { remove(name) }
    guard options.resume || checkpoints.isEmpty else {
      throw GraftError(
        .invalidArgument,
        """
        '\(options.folder)' holds the checkpoints of a run that has not ended. Resume it (--resume, or resume: true), or \
        remove the folder to start anew.
        """)
    }
  }

  /// The newest checkpoint that is whole; nil if there is none at all.
  ///
  /// - Throws: `GraftError.corrupt` if all that are there are damaged; `GraftError.invalidArgument` if they are another
  ///   run's.
  func snapshotToResume() throws -> TrainingSnapshot? {
    guard options.resume else { return nil }
    var problems: [String] = []
    for name in checkpoints.reversed() {
      do {
        let snapshot = try TrainingSnapshot(contentsOf: path(name))
        guard snapshot.fingerprint == fingerprint else {
          throw GraftError(
            .invalidArgument,
            """
            The checkpoint '\(path(name))' is of another run: its pictures, network, optimizer, batch size or seed differ. \
            Give the arguments that it was started with, or remove the folder to start anew.
            """)
        }
        return snapshot
      } catch let error as GraftError where error.code != .invalidArgument {
        problems.append("\(error)")
      }
    }
    guard problems.isEmpty else {
      throw GraftError(
        .corrupt,
        """
        No checkpoint in '\(options.folder)' can be used; remove the folder to start anew.
        \(problems.joined(separator: "\n"))
        """)
    }
    return nil
  }

  /// Whether it is time for a checkpoint. To be asked once after every step.
  func isDue(isEpochEnd: Bool) -> Bool {
    stepsSinceWrite += 1
    if let steps = options.steps { return stepsSinceWrite >= steps }
    return lastWrite.secondsSince >= options.interval
  }

  /// Writes a checkpoint, and removes all but the last two.
  func write(_ snapshot: TrainingSnapshot) throws {
    func digits(_ number: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, 8 - text.count)) + text
    }
    let name = "\(Self.prefix)\(digits(snapshot.epoch))-\(digits(snapshot.batch))\(Self.suffix)"
    try snapshot.write(to: path(name))
    for old in checkpoints.dropLast(Self.generations) { remove(old) }
    lastWrite = ContinuousClock.now
    stepsSinceWrite = 0
  }

  /// Ends the run: its checkpoints go, unless the last one is to stay.
  func finish(_ snapshot: TrainingSnapshot) throws {
    if options.keepsLast { return try write(snapshot) }
    for name in checkpoints { remove(name) }
    // Only if nothing else is in it.
    rmdir(options.folder)
  }

  private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: options.folder)) ?? [] }

  /// The files of checkpoints, the oldest first: their names sort by epoch and step.
  private var checkpoints: [String] {
    names.filter { $0.hasPrefix(Self.prefix) && $0.hasSuffix(Self.suffix) }.sorted()
  }

  private func path(_ name: String) -> String { "\(options.folder)/\(name)" }

  private func remove(_ name: String) { unlink(path(name)) }
}
