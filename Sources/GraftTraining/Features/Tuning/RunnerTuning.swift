/// How a frozen network is run over many pictures: by so many workers, so many pictures at a time.
public struct RunnerTuning: Sendable, Hashable, Codable {
  /// Workers, each on one core.
  public let workers: Int
  /// Pictures that a worker takes at a time.
  public let batchSize: Int
  /// What was measured, the chosen way included; empty if nothing was.
  public var trials: [Trial] = []

  /// A way that was measured.
  public struct Trial: Sendable, Hashable, Codable {
    /// Workers, each on one core.
    public let workers: Int
    /// Pictures that a worker takes at a time.
    public let batchSize: Int
    /// Pictures per second of all workers together.
    public let rate: Double
  }

  init(workers: Int, batchSize: Int, trials: [Trial] = []) {
    self.workers = workers
    self.batchSize = batchSize
    self.trials = trials
  }

  /// The best of what was measured: the fastest, but of two ways that differ by less than 3 percent the one that takes less
  /// memory.
  init?(_ trials: [Trial]) {
    guard let fastest = trials.map(\.rate).max() else { return nil }
    let good = trials.filter { $0.rate >= 0.97 * fastest }
    guard let best = good.min(by: { ($0.workers * $0.batchSize, $1.rate) < ($1.workers * $1.batchSize, $0.rate) })
    else { return nil }
    self.init(workers: best.workers, batchSize: best.batchSize, trials: trials)
  }
}
