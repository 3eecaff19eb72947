import GraftCore
import GraftLayers
import Testing

@testable import GraftTraining

/// Stopping a run on purpose loses no step, and the same model can go on.
@Suite(.timeLimit(.minutes(60))) struct PauseTests {
  private func cancelMyself() { withUnsafeCurrentTask { $0?.cancel() } }

  /// Checkpoints that are never due.
  private func rarely(
    _ place: CheckpointPlace, resume: Bool = false, keepsLast: Bool = false
  ) -> TrainingCheckpoints {
    place(resume: resume, steps: nil, interval: 1e9, keepsLast: keepsLast)
  }

  @Test(arguments: ResumeCase.all) func cancelling(_ run: ResumeCase) async throws {
    let expected = try await run.run()
    for step in 1..<(expected.values.count * run.stepsPerEpoch - 1) {
      let place = CheckpointPlace()
      try await Task {
        let model = try run.makeModel()
        var steps = 0
        do {
          for try await event in try run.begin(model, run.epochs, run.callbacks + [Crash()], rarely(place)) {
            guard case .batch = event else { continue }
            steps += 1
            if steps == step { cancelMyself() }
          }
          // The run was faster than its reader: then it is whole, and keeps nothing.
          #expect(!place.exists)
        } catch is CancellationError {
          // What was under way has ended: all of it is kept.
          let kept = try #require(try place.checkpoints.last)
          let snapshot = try TrainingSnapshot(contentsOf: kept)
          #expect((snapshot.epoch - 1) * run.stepsPerEpoch + snapshot.batch >= step)
          #expect(try place.files.count == 1)
        }
      }.value
      guard place.exists else { continue }
      #expect(try await run.run(rarely(place, resume: true)) == expected, "step \(step)")
    }
  }

  @Test(arguments: ResumeCase.all) func leavingTheLoopAndGoingOnWithTheSameModel(_ run: ResumeCase) async throws {
    let expected = try await run.run()
    for pauses in [[1], [run.stepsPerEpoch + 1], [2, 1, 3]] {
      let place = CheckpointPlace()
      let model = try run.makeModel()
      for step in pauses {
        var steps = 0
        for try await event in try run.begin(
          model, run.epochs, run.callbacks + [Crash()], rarely(place, resume: true, keepsLast: true))
        {
          if case .batch = event { steps += 1 }
          if steps == step { break }
        }
      }
      // The run that was left may still make its step: the next one waits for it.
      #expect(try await run.run(rarely(place, resume: true), model: model) == expected, "\(pauses)")
    }
  }

  @Test func aModelThatHasLearntElsewhereIsRefused() async throws {
    let run = ResumeCase.head
    let place = CheckpointPlace()
    await #expect(throws: Crash.Happened.self) { try await run.run(crash: Crash(atStep: 6), place()) }
    let model = try run.makeModel()
    let (x, y) = Heads.data(20)
    try await model.fit(x, y, progress: .silent)
    await #expect(throws: GraftError.self) { try await run.run(place(resume: true), model: model) }
    #expect(try await run.run(place(resume: true)) == run.run())
  }
}
