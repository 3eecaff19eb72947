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
    if !options.resume { try Self.checkUnused(options.folder, in: options.folder) }
  }

  /// - Throws: `GraftError.invalidArgument`, naming the outer folder, if there are checkpoints in a folder.
  static func checkUnused(_ folder: String, in outer: String) throws {
    guard !checkpoints(in: folder).isEmpty else { return }
    throw GraftError(
      .invalidArgument,
      """
      '\(outer)' holds the checkpoints of a run that has not ended. Resume it (--resume, or resume: true), or remove the \
      folder to start anew.
      """)
  }

  /// The files of checkpoints in a folder, the oldest first: their names sort by epoch and step.
  static func checkpoints(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.sorted()
  }

  /// Removes all checkpoints in a folder, and the folder if nothing else is in it.
  static func removeAll(in folder: String) {
    for name in checkpoints(in: folder) { unlink("\(folder)/\(name)") }
    rmdir(folder)
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
    Self.removeAll(in: options.folder)
  }

  private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: options.folder)) ?? [] }

  private var checkpoints: [String] { Self.checkpoints(in: options.folder) }

  private func path(_ name: String) -> String { "\(options.folder)/\(name)" }

  private func remove(_ name: String) { unlink(path(name)) }
}
