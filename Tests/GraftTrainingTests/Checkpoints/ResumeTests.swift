import GraftCore
import GraftLayers
import Testing

@testable import GraftTraining

/// A run that was interrupted, wherever, and resumed ends with the bits of one that never was.
@Suite(.timeLimit(.minutes(60))) struct ResumeTests {
  @Test(arguments: ResumeCase.all) func atEveryStep(_ run: ResumeCase) async throws {
    let expected = try await run.run()
    #expect(expected.values.count == (run.testDescription == "early stopping" ? 3 : run.epochs))
    #expect((expected.stopReason != nil) == (run.testDescription == "early stopping"))
    // Two runs with one seed are identical, and checkpoints change nothing.
    let place = CheckpointPlace()
    #expect(try await run.run(place()) == expected)
    #expect(!place.exists)

    for step in 1...(expected.values.count * run.stepsPerEpoch) {
      let place = CheckpointPlace()
      await #expect(throws: Crash.Happened.self) { try await run.run(crash: Crash(atStep: step), place()) }
      #expect(try place.checkpoints.count == min(step - 1, 2), "step \(step)")
      #expect(try await run.run(place(resume: true)) == expected, "step \(step)")
      #expect(!place.exists)
    }
  }

  @Test(arguments: ResumeCase.all) func againAndAgain(_ run: ResumeCase) async throws {
    let expected = try await run.run()
    let place = CheckpointPlace()
    for step in 2...(expected.values.count * run.stepsPerEpoch) {
      let crash = Crash(atStep: step, isAtEpochEnd: step.isMultiple(of: run.stepsPerEpoch))
      await #expect(throws: Crash.Happened.self) { try await run.run(crash: crash, place(resume: true)) }
    }
    #expect(try await run.run(place(resume: true)) == expected)
  }

  @Test(arguments: ResumeCase.all) func rareCheckpoints(_ run: ResumeCase) async throws {
    let expected = try await run.run()
    let place = CheckpointPlace()
    await #expect(throws: Crash.Happened.self) { try await run.run(crash: Crash(atStep: 6), place(steps: 4)) }
    #expect(try place.files.count == 1)
    #expect(try await run.run(place(resume: true, steps: 4)) == expected)
  }

  @Test(arguments: ResumeCase.all) func anEndedRunGivesItsResultAgain(_ run: ResumeCase) async throws {
    let place = CheckpointPlace()
    let expected = try await run.run(place(keepsLast: true))
    let files = try place.files
    #expect(files.count == 2)
    for _ in 0..<2 {
      let model = try run.makeModel()
      var batches = 0
      var history = History()
      for try await event in try run.begin(
        model, run.epochs, run.callbacks + [Crash()], place(resume: true, keepsLast: true))
      {
        switch event {
        case .batch, .epoch: batches += 1
        case .finished(let result): history = result
        default: break
        }
      }
      #expect(batches == 0)
      #expect(try ResumeCase.Outcome(model, history) == expected)
      #expect(try place.files == files)
    }
    place().remove()
    #expect(!place.exists)
  }

  @Test(arguments: [ResumeCase.head, .bank, .live, .frozenNorms])
  func moreEpochsContinueARun(_ run: ResumeCase) async throws {
    // A bank has as many views as the run that made it had epochs.
    let isBank = run.testDescription == "bank of views"
    let place = CheckpointPlace()
    _ = try await run.run(place(keepsLast: true))
    let continued = try await run.run(epochs: run.epochs + 2, place(resume: true))
    #expect(continued.values.count == run.epochs + 2)
    if !isBank { #expect(try await run.run(epochs: run.epochs + 2) == continued) }

    let other = CheckpointPlace()
    await #expect(throws: Crash.Happened.self) {
      try await run.run(crash: Crash(atStep: run.stepsPerEpoch + 1), other())
    }
    let raised = try await run.run(epochs: run.epochs + 2, other(resume: true))
    #expect(raised == continued)
  }

  @Test func fewerEpochsThanThereAreIsAnError() async throws {
    let run = ResumeCase.head
    let place = CheckpointPlace()
    await #expect(throws: Crash.Happened.self) { try await run.run(crash: Crash(atStep: 7), place()) }
    await #expect(
      throws: GraftError(
        .invalidArgument,
        "The run to be resumed has 1 complete epochs and 2 steps of the next. It cannot end after 1.")
    ) { try await run.run(epochs: 1, place(resume: true)) }
    #expect(try await run.run(place(resume: true)) == run.run())
  }

  @Test func withoutACheckpointARunBegins() async throws {
    let place = CheckpointPlace()
    #expect(try await ResumeCase.head.run(place(resume: true)) == ResumeCase.head.run())
  }

  @Test func eventsAndHistoryAreOfTheWholeRun() async throws {
    let run = ResumeCase.head
    let place = CheckpointPlace()
    await #expect(throws: Crash.Happened.self) { try await run.run(crash: Crash(atStep: 7), place()) }
    let model = try run.makeModel()
    var batches: [[Int]] = []
    var epochs: [Int] = []
    var history = History()
    for try await event in try run.begin(model, run.epochs, run.callbacks + [Crash()], place(resume: true)) {
      switch event {
      case .batch(let progress): batches.append([progress.epoch, progress.batch])
      case .epoch(let record): epochs.append(record.epoch)
      case .finished(let result): history = result
      default: break
      }
    }
    #expect(batches == [[2, 3], [2, 4], [3, 1], [3, 2], [3, 3], [3, 4]])
    #expect(epochs == [2, 3])
    #expect(history.epochs.map(\.epoch) == [1, 2, 3])
    #expect(history.epochs.allSatisfy { $0.seconds > 0 })
    #expect(history.trainingSeconds >= history.epochs.reduce(0) { $0 + $1.seconds })
  }
}
