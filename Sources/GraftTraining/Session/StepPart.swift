/// A part of a step's batch, run at once by one worker.
struct StepPart: Sendable, Hashable {
  /// The worker that runs it.
  let worker: Int
  /// Its samples, by their places in the batch.
  let samples: Range<Int>

  /// Divides a batch among workers: neighbours stay together, and a worker's share is cut into equal parts of about `size`.
  static func divide(_ count: Int, workers: Int, size: Int) -> [StepPart] {
    let workers = max(1, min(workers, count))
    return (0..<workers).flatMap { worker in
      let first = count * worker / workers
      let share = count * (worker + 1) / workers - first
      // The number of parts whose size comes nearest.
      let parts = max(1, (share + min(size, share) / 2) / max(1, min(size, share)))
      return (0..<parts).map { part in
        StepPart(worker: worker, samples: (first + share * part / parts)..<(first + share * (part + 1) / parts))
      }
    }
  }
}
