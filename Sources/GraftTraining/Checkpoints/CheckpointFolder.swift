internal import Foundation
internal import GraftCore

/// The checkpoints of one run in their folder: the last two are kept.
final class CheckpointFolder: @unchecked Sendable {
  // Unchecked: it has one owner at a time.
  /// The newest whole checkpoint of the run that is to be resumed.
  let resumed: TrainingSnapshot?

  private let options: TrainingCheckpoints
  private let lock: FolderLock
  /// The checkpoints that are known to be whole, the oldest first.
  private var generations: [String] = []
  private var lastWrite = ContinuousClock.now
  private var stepsSinceWrite = 0

  private static let prefix = "checkpoint-"
  private static let suffix = ".safetensors"

  /// Opens the folder of a run, and reads the checkpoint that it goes on from.
  ///
  /// - Throws: `GraftError.invalidArgument` if the folder holds checkpoints that are not to be resumed, or another run has
  ///   it; `.corrupt` if all checkpoints in it are damaged; `.writeFailed` if nothing can be written there.
  static func open(_ options: TrainingCheckpoints) async throws -> CheckpointFolder {
    do {
      try FileManager.default.createDirectory(atPath: options.folder, withIntermediateDirectories: true)
    } catch {
      throw GraftError(
        .writeFailed, "The folder '\(options.folder)' for checkpoints cannot be made: \(error.localizedDescription)")
    }
    // A run whose loop was left ends with its step, and may be writing yet.
    for _ in 0..<100 {
      if let lock = FolderLock.take(options.folder) { return try CheckpointFolder(options, lock) }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw GraftError(
      .invalidArgument,
      "Another run keeps its checkpoints in '\(options.folder)' and has not ended. Give each run a folder of its own.")
  }

  private init(_ options: TrainingCheckpoints, _ lock: FolderLock) throws {
    self.options = options
    self.lock = lock
    let found = Self.checkpoints(in: options.folder)
    if !options.resume { try Self.checkUnused(options.folder, in: options.folder) }
    (resumed, generations) = try Self.newest(of: found, in: options.folder)
    // What a killed run was just writing is worth nothing.
    for name in Self.leftovers(in: options.folder) { remove(name) }
    try checkWritable()
  }

  /// The newest checkpoint that is whole, with its file's name.
  private static func newest(
    of names: [String], in folder: String
  ) throws -> (snapshot: TrainingSnapshot?, generations: [String]) {
    var problems: [String] = []
    for name in names.reversed() {
      do {
        return (try TrainingSnapshot(contentsOf: "\(folder)/\(name)"), [name])
      } catch let error as GraftError {
        problems.append("\(error)")
      }
    }
    guard problems.isEmpty else {
      throw GraftError(
        .corrupt,
        """
        No checkpoint in '\(folder)' can be used. Remove the folder to start anew.
        \(problems.joined(separator: "\n"))
        """)
    }
    return (nil, [])
  }

  /// Found out before the first picture is read, not after the first epoch.
  private func checkWritable() throws {
    let probe = path(".\(Self.prefix)probe.\(getpid()).tmp")
    let descriptor = Foundation.open(probe, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw GraftError(
        .writeFailed,
        "Checkpoints cannot be written to the folder '\(options.folder)': \(String(cString: strerror(errno))).")
    }
    close(descriptor)
    unlink(probe)
  }

  /// Throws unless the checkpoint that was found is of this run.
  func check(_ fingerprint: RunFingerprint) throws {
    guard let resumed, resumed.fingerprint != fingerprint else { return }
    let differences = fingerprint.differences(from: resumed.fingerprint)
    throw GraftError(
      .invalidArgument,
      """
      The checkpoints in '\(options.folder)' are of another run. Different: \(differences.joined(separator: ", ")). \
      Resume with what that run was started with, or remove the folder to start anew.
      """)
  }

  // MARK: Writing

  /// Begins to count time and steps to the first checkpoint.
  func begin() { lastWrite = ContinuousClock.now }

  /// Takes note of a step.
  func didStep() { stepsSinceWrite += 1 }

  /// Whether it is time for a checkpoint.
  var isDue: Bool {
    if let steps = options.steps { return stepsSinceWrite >= steps }
    return hasNews && lastWrite.secondsSince >= options.interval
  }

  /// Whether anything happened since the last checkpoint.
  var hasNews: Bool { stepsSinceWrite > 0 || generations.isEmpty }

  /// Writes a checkpoint, and removes all but it and the one before.
  func write(_ snapshot: TrainingSnapshot) throws {
    func digits(_ number: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, 8 - text.count)) + text
    }
    let name = "\(Self.prefix)\(digits(snapshot.epoch))-\(digits(snapshot.batch))\(Self.suffix)"
    try snapshot.write(to: path(name))
    generations = generations.suffix(1).filter { $0 != name } + [name]
    // Damaged ones go, too: they would pass for the newest.
    for old in Self.checkpoints(in: options.folder) where !generations.contains(old) { remove(old) }
    lastWrite = ContinuousClock.now
    stepsSinceWrite = 0
  }

  // MARK: Files

  /// - Throws: `GraftError.invalidArgument`, naming the outer folder, if there are checkpoints in a folder.
  static func checkUnused(_ folder: String, in outer: String) throws {
    guard !checkpoints(in: folder).isEmpty else { return }
    throw GraftError(
      .invalidArgument,
      """
      '\(outer)' holds the checkpoints of an earlier run. Resume it (--resume, or resume: true), or remove the folder to \
      start anew.
      """)
  }

  /// Removes all checkpoints in a folder, and the folder if nothing else is in it.
  static func removeAll(in folder: String) {
    // The oldest first: whatever happens in between, the newest is there.
    for name in leftovers(in: folder) + checkpoints(in: folder) { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }

  private static func names(in folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  /// The files of checkpoints, the oldest first: their names sort by epoch and step.
  static func checkpoints(in folder: String) -> [String] {
    names(in: folder).filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.sorted()
  }

  /// What was being written when a process was killed.
  private static func leftovers(in folder: String) -> [String] {
    names(in: folder).filter { $0.hasPrefix("." + prefix) && $0.hasSuffix(".tmp") }
  }

  private func path(_ name: String) -> String { "\(options.folder)/\(name)" }

  private func remove(_ name: String) { unlink(path(name)) }
}
