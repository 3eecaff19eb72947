import Foundation
import GraftCore
import GraftLayers
import Testing

@testable import GraftTraining

/// Whatever happens to a checkpoint's bytes: a run ends as it would have, or says that it cannot.
@Suite(.timeLimit(.minutes(60))) struct DamageTests {
  /// Two checkpoints of a run that was killed.
  private func interrupted(_ run: ResumeCase) async throws -> (place: CheckpointPlace, old: String, new: String) {
    let place = CheckpointPlace()
    await #expect(throws: Crash.Happened.self) { try await run.run(crash: Crash(atStep: 7), place()) }
    let files = try place.checkpoints
    return (place, files[0], files[1])
  }

  /// Where damage is tried: every byte of the lengths, and a sample of the rest that has something of every part.
  private func places(_ count: Int, _ samples: Int, seed: UInt64) -> [Int] {
    let random = RandomNumbers(seed: seed, stream: 0)
    return Array(0..<16) + (0..<samples).map { Int(random.words(at: UInt64($0)).x) % count } + [count - 1]
  }

  @Test func everyFlippedBitIsSeen() async throws {
    let (place, _, new) = try await interrupted(.head)
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: new)))
    let path = place.path + "/damaged"
    for (number, index) in places(bytes.count, 400, seed: 1).enumerated() {
      var damaged = bytes
      damaged[index] ^= 1 << UInt8(number % 8)
      try Data(damaged).write(to: URL(filePath: path))
      let error = #expect(throws: GraftError.self, "byte \(index)") { try TrainingSnapshot(contentsOf: path) }
      #expect(error?.code == .corrupt && error?.message.contains(path) == true, "byte \(index): \(error as Any)")
    }
    try Data(bytes).write(to: URL(filePath: path))
    _ = try TrainingSnapshot(contentsOf: path)
  }

  @Test func everyMissingEndIsSeen() async throws {
    let (place, _, new) = try await interrupted(.head)
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: new)))
    let path = place.path + "/damaged"
    for length in places(bytes.count, 150, seed: 2) {
      for damaged in [Array(bytes[..<length]), bytes[..<length] + [UInt8](repeating: 0, count: bytes.count - length)] {
        guard damaged != bytes else { continue }
        try Data(damaged).write(to: URL(filePath: path))
        let error = #expect(throws: GraftError.self, "\(length)") { try TrainingSnapshot(contentsOf: path) }
        #expect(error?.code == .corrupt, "\(length): \(error as Any)")
      }
    }
    try Data(bytes + [0]).write(to: URL(filePath: path))
    #expect(throws: GraftError.self) { try TrainingSnapshot(contentsOf: path) }
  }

  @Test(arguments: [ResumeCase.head, .live]) func aDamagedNewestLeavesTheOneBefore(_ run: ResumeCase) async throws {
    let expected = try await run.run()
    let (place, old, new) = try await interrupted(run)
    let (oldBytes, newBytes) = (
      try Data(contentsOf: URL(filePath: old)), try Data(contentsOf: URL(filePath: new))
    )
    for (number, index) in places(newBytes.count, 6, seed: 3).enumerated() {
      let copy = CheckpointPlace()
      var damaged = newBytes
      if number.isMultiple(of: 2) { damaged[index] ^= 0x40 } else { damaged.removeLast(damaged.count - index) }
      try copy.write(oldBytes, to: URL(filePath: old).lastPathComponent)
      try copy.write(damaged, to: URL(filePath: new).lastPathComponent)
      #expect(try await run.run(copy(resume: true)) == expected, "byte \(index)")
    }
    // The damaged one is cleared away by the next, so that two whole ones are there again.
    var damaged = newBytes
    damaged[damaged.count / 2] ^= 1
    try place.write(damaged, to: URL(filePath: new).lastPathComponent)
    await #expect(throws: Crash.Happened.self) { try await run.run(crash: Crash(atStep: 9), place(resume: true)) }
    let kept = try place.checkpoints
    #expect(kept.count == 2)
    for path in kept { _ = try TrainingSnapshot(contentsOf: path) }
    #expect(try await run.run(place(resume: true)) == expected)
  }

  @Test func aDamagedOlderOneDoesNotMatter() async throws {
    let run = ResumeCase.head
    let (place, old, _) = try await interrupted(run)
    try place.write([], to: URL(filePath: old).lastPathComponent)
    #expect(try await run.run(place(resume: true)) == run.run())
  }

  @Test func bothDamagedIsAnErrorThatTouchesNothing() async throws {
    let run = ResumeCase.head
    let (place, old, new) = try await interrupted(run)
    try place.write(Data(contentsOf: URL(filePath: old)).dropLast(), to: URL(filePath: old).lastPathComponent)
    try place.write("nonsense".utf8, to: URL(filePath: new).lastPathComponent)
    let files = try place.files
    let error = await #expect(throws: GraftError.self) { try await run.run(place(resume: true)) }
    #expect(error?.code == .corrupt)
    let message = error?.message ?? ""
    #expect(message.hasPrefix("No checkpoint in '\(place.path)' can be used. Remove the folder to start anew.\n"))
    #expect(message.contains(old) && message.contains(new))
    #expect(try place.files == files)
  }

  @Test func anotherKindOfFileIsNoCheckpoint() async throws {
    let place = CheckpointPlace()
    let model = try GraftModel(Heads.small(), classNames: ["a", "b", "c"])
    try place.write([], to: "checkpoint-00000001-00000001.safetensors")
    try await model.write(to: place.path + "/checkpoint-00000001-00000001.safetensors")
    let error = await #expect(throws: GraftError.self) { try await ResumeCase.head.run(place(resume: true)) }
    #expect(error?.message.contains("is a safetensors file, but no checkpoint of Graft") == true)
  }

  @Test func aFolderThatCannotBeWrittenIsAnErrorBeforeAnythingIsRead() async throws {
    // For root, only such folders are read-only.
    let place = CheckpointPlace()
    var folder = "/proc/self/task"
    if geteuid() != 0 {
      try place.write([], to: "x")
      folder = place.path
      chmod(folder, 0o555)
    }
    defer { chmod(place.path, 0o755) }
    try place.write([], to: "file")
    for path in [folder, "/proc/graft/checkpoints", place.path + "/file"] {
      let (x, y) = Heads.data(40)
      let model = try Heads.small()
      try model.compile()
      var events = 0
      let error = await #expect(throws: GraftError.self) {
        for try await _ in try model.training(on: x, y, checkpoints: TrainingCheckpoints(path)) { events += 1 }
      }
      #expect(error?.code == .writeFailed)
      #expect(error?.message.contains("'\(path)'") == true, "\(error as Any)")
      #expect(events == 0)
    }
  }
}
