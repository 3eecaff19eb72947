import Dispatch
import Foundation
import GraftCore
import Testing

@testable import GraftTraining

/// `kill -9` at any moment, as often as one likes: the resumed run ends with the same bytes.
///
/// With GRAFT_KILLS the number of kills per network is set, with GRAFT_KILL_SEED the moments.
@Suite(.serialized, .timeLimit(.minutes(10))) struct KillTests {
  /// How a process ended.
  private struct Ending {
    let status: Int32
    let wasKilled: Bool
    let errors: String
  }

  private static let executable: String = {
    #if os(macOS)
      for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
        return bundle.bundleURL.deletingLastPathComponent().appending(path: "training-process").path()
      }
    #endif
    return Bundle.main.bundleURL.appending(path: "training-process").path()
  }()

  /// Trains in a process of its own.
  ///
  /// - Parameters:
  ///   - delay: After how long it is killed.
  ///   - fileBlocks: The largest file that it may write, in blocks of 512 bytes, as on a disk that is full.
  private func train(
    _ network: String, _ checkpoints: String, _ result: String, killAfter delay: Double? = nil, fileBlocks: Int? = nil
  ) async throws -> Ending {
    let process = Process()
    process.executableURL = URL(filePath: Self.executable)
    process.arguments = [network, checkpoints, result]
    if let fileBlocks {
      // Without the signal, a write past the limit fails as one on a full disk does.
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments =
        [
          "-c", "trap '' XFSZ; ulimit -f \(fileBlocks); exec \"$0\" \"$@\"", Self.executable, network, checkpoints,
          result,
        ]
    }
    let pipe = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardError = pipe
    let (ends, continuation) = AsyncStream.makeStream(of: Void.self)
    process.terminationHandler = { _ in continuation.finish() }
    try process.run()
    let identifier = process.processIdentifier
    if let delay {
      try await Task.sleep(for: .seconds(delay))
      // Not yet waited for, the number cannot be another process's.
      if process.isRunning { kill(identifier, SIGKILL) }
    }
    for await _ in ends {}
    let errors = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    return Ending(
      status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal, errors: errors)
  }

  /// Trains to the end, without anything happening.
  private func undisturbed(_ network: String) async throws -> (result: Data, seconds: Double) {
    let place = CheckpointPlace()
    try place.write([], to: "x")
    let began = ContinuousClock.now
    let ending = try await train(network, place.path + "/kept", place.path + "/result")
    #expect(ending.status == 0 && ending.errors.isEmpty, "\(ending)")
    #expect(!FileManager.default.fileExists(atPath: place.path + "/kept"))
    return (try Data(contentsOf: URL(filePath: place.path + "/result")), began.secondsSince)
  }

  private static func environment(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
  }

  @Test(arguments: ["head", "large", "convolutional"]) func killed(_ network: String) async throws {
    let seed = Self.environment("GRAFT_KILL_SEED") ?? UInt64.random(in: 0...999_999)
    let wanted = Int(Self.environment("GRAFT_KILLS") ?? 10)
    let random = RandomNumbers(seed: seed, stream: network.stableHash)
    let (expected, seconds) = try await undisturbed(network)
    var (kills, midWrite, runs) = (0, 0, 0)
    while kills < wanted {
      let place = CheckpointPlace()
      try place.write([], to: "x")
      let (kept, result) = (place.path + "/kept", place.path + "/result")
      runs += 1
      while true {
        // Each attempt gets further than nothing, and none needs to reach the end.
        let share = Double(random.words(at: UInt64(kills)).x) / Double(UInt32.max)
        let ending = try await train(network, kept, result, killAfter: kills < wanted ? seconds * share : nil)
        guard ending.wasKilled else {
          #expect(ending.status == 0 && ending.errors.isEmpty, "seed \(seed): \(ending)")
          break
        }
        kills += 1
        let names = (try? FileManager.default.contentsOfDirectory(atPath: kept)) ?? []
        if names.contains(where: { $0.hasSuffix(".tmp") }) { midWrite += 1 }
        #expect(names.count { $0.hasSuffix(".safetensors") } <= 3)
      }
      #expect(try Data(contentsOf: URL(filePath: result)) == expected, "seed \(seed)")
    }
    print("\(network): \(kills) kills in \(runs) runs, \(midWrite) while a checkpoint was written; seed \(seed)")
    if network == "large" { #expect(midWrite > 0, "seed \(seed)") }
  }

  @Test func aFullDiskLeavesTheCheckpointBefore() async throws {
    let (expected, seconds) = try await undisturbed("large")
    let place = CheckpointPlace()
    try place.write([], to: "x")
    let (kept, result) = (place.path + "/kept", place.path + "/result")
    // Somewhere in the middle, where there is something to lose.
    var share = 0.5
    while try await !hasCheckpoint(train("large", kept, result, killAfter: seconds * share), kept) { share += 0.1 }
    let before = try checkpoints(kept)
    let full = try await train("large", kept, result, fileBlocks: 2000)
    #expect(full.status == 1 && !full.wasKilled, "\(full)")
    #expect(full.errors.hasPrefix("Cannot write '\(kept)/checkpoint-") && full.errors.contains("File too large"))
    #expect(try checkpoints(kept) == before)
    let names = try FileManager.default.contentsOfDirectory(atPath: kept)
    #expect(!names.contains { $0.hasSuffix(".tmp") })
    #expect(try await train("large", kept, result).status == 0)
    #expect(try Data(contentsOf: URL(filePath: result)) == expected)
  }

  private func hasCheckpoint(_ ending: Ending, _ folder: String) throws -> Bool {
    try #require(ending.wasKilled, "\(ending)")
    return try !checkpoints(folder).isEmpty
  }

  private func checkpoints(_ folder: String) throws -> [String: Data] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return try Dictionary(
      uniqueKeysWithValues: names.filter { $0.hasSuffix(".safetensors") }.map {
        ($0, try Data(contentsOf: URL(filePath: "\(folder)/\($0)")))
      })
  }
}
