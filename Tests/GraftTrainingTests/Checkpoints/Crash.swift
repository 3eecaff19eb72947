import GraftCore

@testable import GraftTraining

/// Ends a run as a crash does: at a step or at an epoch's end, before anything of it is kept.
struct Crash: TrainingCallback {
  struct Happened: Error {}

  /// The step, counted from 1 over all epochs; 0 for never.
  var step = 0
  var isAtEpochEnd = false
  private var steps = 0

  init(atStep step: Int = 0, isAtEpochEnd: Bool = false) {
    self.step = step
    self.isAtEpochEnd = isAtEpochEnd
  }

  mutating func batchDidEnd(_ progress: BatchProgress, _ control: inout TrainingControl) throws {
    steps += 1
    if !isAtEpochEnd, steps == step { throw Happened() }
  }

  mutating func epochDidEnd(_ record: EpochRecord, _ control: inout TrainingControl) throws {
    if isAtEpochEnd, steps >= step, step > 0 { throw Happened() }
  }

  var state: JSONValue { .int(steps) }
  mutating func restore(_ state: JSONValue) throws { steps = state.int ?? -1_000_000 }
}
