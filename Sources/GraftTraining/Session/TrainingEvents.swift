internal import GraftLayers

/// A training run as a sequence of events. It begins with the first event that is asked for.
///
/// Iterating drives the model: it takes over the weights at the end of every epoch. Cancelling the task, or leaving the
/// loop, stops the run and leaves the model with the weights of the last complete epoch. Where there are checkpoints, the
/// present step is kept first, and those of an ended run go when `finished` is taken, unless they are to stay.
///
/// ```swift
/// for try await event in try model.training(on: photos, epochs: 10) {
///   if case .epoch(let record) = event { print(record.values) }
/// }
/// ```
public struct TrainingEvents: AsyncSequence {
  /// What happens.
  public typealias Element = TrainingEvent

  let model: Model
  let job: TrainingJob

  /// Begins the run.
  public func makeAsyncIterator() -> Iterator { Iterator(model: model, job: job) }

  /// The state of a run.
  public final class Iterator: AsyncIteratorProtocol {
    private let model: Model
    private let job: TrainingJob
    private var updates: AsyncThrowingStream<TrainingJob.Update, any Error>.Iterator?
    private let backlog = Backlog()
    private var work: Task<Void, Never>?
    private var isFinished = false

    init(model: Model, job: TrainingJob) {
      self.model = model
      self.job = job
    }

    /// The next event; nil after `.finished`.
    ///
    /// - Throws: `CancellationError` if the task was cancelled, and whatever ends the run.
    public func next() async throws -> TrainingEvent? {
      if isFinished { return nil }
      if updates == nil { updates = start() }
      while true {
        guard let update = try await updates?.next(isolation: #isolation) else {
          // A cancelled run ends with its step, and keeps its state first: nothing is left to do when this returns.
          await work?.value
          try Task.checkCancellation()
          return nil
        }
        backlog.didRead()
        switch update {
        case .event(let event):
          if case .finished = event { finish() }
          return event
        case .weights(let weights, let state, let origin):
          try model.takeOver(weights, state, origin: origin)
          // What has been trained is computed with floats from now on.
          model.quantization = job.quantization
        }
      }
    }

    /// The model has its weights: what would give them again may go.
    private func finish() {
      isFinished = true
      if let checkpoints = job.options.checkpoints, !checkpoints.keepsLast { checkpoints.remove() }
    }

    private func start() -> AsyncThrowingStream<TrainingJob.Update, any Error>.Iterator {
      let job = job
      let backlog = backlog
      var work: Task<Void, Never>?
      let stream = AsyncThrowingStream<TrainingJob.Update, any Error> { continuation in
        let task = Task {
          do {
            try await job.run { update in
              backlog.willTell()
              continuation.yield(update)
            }
            continuation.finish()
          } catch {
            continuation.finish(throwing: error)
          }
        }
        continuation.onTermination = { _ in
          backlog.abandon()
          task.cancel()
        }
        work = task
      }
      self.work = work
      return stream.makeAsyncIterator()
    }
  }
}
