/// A part of a step's batch, run at once by one worker.
struct StepPart: Sendable, Hashable {
  /// The worker that runs it.
  let worker: Int
  /// Its samples, by their places in the batch.
  let samples: Range<Int>

  /// Divides a batch among workers: neighbours stay together, and a worker's share is cut into parts of `size`.
  static func divide(_ count: Int, workers: Int, size: Int) -> [StepPart] {
    let workers = max(1, min(workers, count))
    let size = min(size, max(1, count))
    return (0..<workers).flatMap { worker in
      let share = (count * worker / workers)..<(count * (worker + 1) / workers)
      return stride(from: share.lowerBound, to: share.upperBound, by: size).map {
        StepPart(worker: worker, samples: $0..<min($0 + size, share.upperBound))
      }
    }
  }
}
