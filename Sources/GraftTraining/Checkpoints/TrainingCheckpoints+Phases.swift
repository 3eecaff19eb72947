internal import Foundation
internal import GraftCore

extension TrainingCheckpoints {
  private static let prefix = "phase-"

  /// The checkpoints of one phase of a run of several, in a folder of its own: `phase-1`, `phase-2`, ….
  ///
  /// They stay when the phase has ended, so that a resumed run has its result at once, until `removePhases()`.
  ///
  /// - Parameter number: The phase, from 1.
  public func phase(_ number: Int) -> TrainingCheckpoints {
    var phase = self
    phase.folder = "\(folder)/\(Self.prefix)\(number)"
    phase.keepsLast = true
    return phase
  }

  /// - Throws: `GraftError.invalidArgument` if a phase's checkpoints are there, and are not to be resumed.
  public func checkPhases() throws {
    try check()
    guard !resume else { return }
    for path in phaseFolders { try CheckpointFolder.checkUnused(path, in: folder) }
  }

  /// Whether any phase has left a checkpoint.
  public var hasPhases: Bool { phaseFolders.contains { !CheckpointFolder.checkpoints(in: $0).isEmpty } }

  /// Removes the checkpoints of all phases, and the folders that are empty then. To be called when a run has ended.
  public func removePhases() {
    for path in phaseFolders { CheckpointFolder.removeAll(in: path) }
    rmdir(folder)
  }

  /// Removes the folders that hold nothing, as those of a run that ended before its first checkpoint.
  public func removeEmptyPhases() {
    for path in phaseFolders { rmdir(path) }
    rmdir(folder)
  }

  private var phaseFolders: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasPrefix(Self.prefix) && Int($0.dropFirst(Self.prefix.count)) != nil }.sorted()
      .map { "\(folder)/\($0)" }
  }
}
