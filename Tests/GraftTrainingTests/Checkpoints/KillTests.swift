import Foundation
import GraftCore
import GraftTestSupport
import Synchronization
import Testing

@testable import GraftTraining

/// `kill -9` at any moment, as often as one likes: the resumed run ends with the same bytes.
///
/// With GRAFT_KILLS the number of kills per network is set, with GRAFT_KILL_SEED the moments.
@Suite(.serialized, .timeLimit(.minutes(60))) struct KillTests {
  /// When a process is killed.
  private enum Kill {
    /// So many seconds after its start.
    case after(Double)
    /// While it writes, for the so-manyth time that a write is seen.
    case write(Int)
  }

  /// Trains in a process of its own.
  ///
  /// - Parameters:
  ///   - kill: When it is killed, if it still runs then.
  ///   - fileBlocks: The largest file that it may write, in blocks of 512 bytes, as on a disk that is full.
  private func train(
    _ network: String, _ checkpoints: String, _ result: String, killed kill: Kill? = nil, fileBlocks: Int? = nil
  ) async throws -> ChildProcess.Ending {
    let process = ChildProcess(
      ChildProcess.built("training-process"), [network, checkpoints, result], fileBlocks: fileBlocks)
    let seen = Mutex<Set<String>>([])
    guard let kill else { return try await process.run() }
    return try await process.run(every: 0.0002) { now in
      switch kill {
      case .after(let seconds): now.seconds < seconds ? nil : SIGKILL
      case .write(let number):
        seen.withLock { seen in
          seen.formUnion(Self.unfinished(checkpoints))
          return seen.count < number ? nil : SIGKILL
        }
      }
    }
  }

  /// Trains to the end, without anything happening.
  private func undisturbed(_ network: String) async throws -> (result: Data, seconds: Double) {
    let place = CheckpointPlace()
    try place.write([], to: "x")
    let ending = try await train(network, place.path + "/kept", place.path + "/result")
    #expect(ending.status == 0 && ending.errors.isEmpty, "\(ending)")
    #expect(!FileManager.default.fileExists(atPath: place.path + "/kept"))
    return (try Data(contentsOf: URL(filePath: place.path + "/result")), ending.seconds)
  }

  private static func environment(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
  }

  @Test(arguments: ["head", "large", "convolutional"]) func killed(_ network: String) async throws {
    let seed = Self.environment("GRAFT_KILL_SEED") ?? UInt64.random(in: 0...999_999)
    let wanted = Int(Self.environment("GRAFT_KILLS") ?? 12)
    let random = RandomNumbers(seed: seed, stream: network.stableHash)
    let (expected, seconds) = try await undisturbed(network)
    var (kills, midWrite, runs, attempts) = (0, 0, 0, 0)
    while kills < wanted {
      let place = CheckpointPlace()
      try place.write([], to: "x")
      let (kept, result) = (place.path + "/kept", place.path + "/result")
      runs += 1
      while true {
        let draw = random.words(at: UInt64(attempts))
        attempts += 1
        // Resumed runs are shorter: moments early on kill more of them.
        let kill: Kill =
          attempts.isMultiple(of: 2)
          ? .write(1 + Int(draw.x % 5)) : .after(0.5 * seconds * Double(draw.x) / Double(UInt32.max))
        let ending = try await train(network, kept, result, killed: kills < wanted ? kill : nil)
        guard ending.wasKilled else {
          #expect(ending.status == 0 && ending.errors.isEmpty, "seed \(seed): \(ending)")
          break
        }
        kills += 1
        if !Self.unfinished(kept).isEmpty { midWrite += 1 }
        // Two, and a third if it was killed before it could remove the oldest.
        #expect(try checkpoints(kept).count <= 3)
      }
      #expect(try Data(contentsOf: URL(filePath: result)) == expected, "seed \(seed)")
    }
    print("\(network): \(kills) kills in \(runs) runs, \(midWrite) while a checkpoint was written; seed \(seed)")
    if network == "large" { #expect(midWrite > 0, "seed \(seed)") }
  }

  @Test func aFullDiskLeavesTheCheckpointBefore() async throws {
    let expected = try await undisturbed("large").result
    let place = CheckpointPlace()
    try place.write([], to: "x")
    let (kept, result) = (place.path + "/kept", place.path + "/result")
    // Somewhere in the middle, where there is something to lose.
    let killed = try await train("large", kept, result, killed: .write(4))
    try #require(killed.wasKilled, "\(killed)")
    let before = try checkpoints(kept)
    try #require(!before.isEmpty)
    let full = try await train("large", kept, result, fileBlocks: 2000)
    #expect(full.status == 1 && !full.wasKilled, "\(full)")
    #expect(full.errors.hasPrefix("Cannot write '\(kept)/checkpoint-") && full.errors.contains("File too large"))
    #expect(try checkpoints(kept) == before)
    let names = try FileManager.default.contentsOfDirectory(atPath: kept)
    #expect(!names.contains { $0.hasSuffix(".tmp") })
    #expect(try await train("large", kept, result).status == 0)
    #expect(try Data(contentsOf: URL(filePath: result)) == expected)
  }

  /// What is being written, or was when its process was killed.
  private static func unfinished(_ folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".tmp") && !$0.contains("probe") }
  }

  private func checkpoints(_ folder: String) throws -> [String: Data] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return try Dictionary(
      uniqueKeysWithValues: names.filter { $0.hasSuffix(".safetensors") }.map {
        ($0, try Data(contentsOf: URL(filePath: "\(folder)/\($0)")))
      })
  }
}
