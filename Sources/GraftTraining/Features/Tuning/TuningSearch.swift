internal import Foundation
internal import GraftCore
internal import GraftGraph
internal import GraftRuntime
internal import Synchronization

/// A short search for the fastest way to run a network over many pictures: about half a second for MobileNetV2.
///
/// Only ways whose results equal those of one picture at a time to the bit are taken, so that what a search finds never changes
/// a result.
struct TuningSearch {
  let graph: Graph
  var cores = Workers.count
  /// Seconds that each way is run for.
  var seconds = 0.08
  /// Ways that take more memory for intermediate results than that are not tried.
  var memoryLimit = 1 << 30

  private static let batchSizes = [1, 2, 4, 8]

  /// Measures one way after another.
  ///
  /// More pictures at a time are tried as long as that pays; on four cores and more also half as many workers, for cores may
  /// be threads of one core.
  func run() async throws -> [RunnerTuning.Trial] {
    let expected = Mutex<[[UInt32]]>([])
    var trials: [RunnerTuning.Trial] = []
    var best: [Int: Double] = [:]
    for batchSize in Self.batchSizes {
      try Task.checkCancellation()
      // One plan at a time: each has weights of its own.
      let plan = try ExecutionPlan(graph, batchSize: batchSize, mode: .inference)
      let teams = (cores >= 4 ? [cores, cores / 2] : [cores]).filter { plan.arenaByteCount * $0 <= memoryLimit }
      guard try await hasSameResults(plan, expected) else { continue }
      var isWorthMore = false
      for workers in teams {
        let rate = try await rate(plan, workers)
        trials.append(RunnerTuning.Trial(workers: workers, batchSize: batchSize, rate: rate))
        isWorthMore = isWorthMore || rate >= 0.9 * best[workers, default: 0]
        best[workers] = max(rate, best[workers, default: 0])
      }
      guard isWorthMore else { break }
    }
    return trials
  }

  /// Whether results equal those of the first plan that is asked, which takes one picture at a time.
  private func hasSameResults(_ plan: ExecutionPlan, _ expected: borrowing Mutex<[[UInt32]]>) async throws -> Bool {
    let samples = try await samples(plan)
    return expected.withLock { expected in
      if expected.isEmpty { expected = samples }
      return samples.elementsEqual(expected.prefix(samples.count))
    }
  }

  /// Pictures per second.
  private func rate(_ plan: ExecutionPlan, _ workers: Int) async throws -> Double {
    let rates = Mutex(0.0)
    let seconds = seconds
    try await Workers.run(workers) { _, shouldStop in
      let context = try ExecutionContext(plan)
      Self.fill(context, first: 0)
      try context.run()
      var done = 0
      let began = ContinuousClock.now
      while !shouldStop(), began.secondsSince < seconds {
        try context.run()
        done += plan.batchSize
      }
      let own = Double(done) / began.secondsSince
      rates.withLock { $0 += own }
    }
    return rates.withLock { $0 }
  }

  /// The bits of all outputs, for each of a few made-up pictures.
  private func samples(_ plan: ExecutionPlan) async throws -> [[UInt32]] {
    let rows = Mutex<[[UInt32]]>([])
    let count = plan.batchSize == 1 ? Self.batchSizes.max() ?? 1 : plan.batchSize
    try await Workers.run(1) { _, _ in
      let context = try ExecutionContext(plan)
      var found: [[UInt32]] = []
      for first in stride(from: 0, to: count, by: plan.batchSize) {
        Self.fill(context, first: first)
        try context.run()
        for slot in 0..<plan.batchSize {
          found.append(
            plan.outputShapes.indices.flatMap { output in
              context.withOutput(output) { values in
                let length = values.count / plan.batchSize
                return values[(slot * length)..<((slot + 1) * length)].map(\.bitPattern)
              }
            })
        }
      }
      rows.withLock { $0 = found }
    }
    return rows.withLock { $0 }
  }

  /// Pictures from `first` on, each the same in every place of a batch.
  private static func fill(_ context: ExecutionContext, first: Int) {
    let batch = context.plan.batchSize
    context.withInput(0) { input in
      let length = input.count / batch
      for slot in 0..<batch {
        let random = RandomNumbers(seed: UInt64(first + slot))
        for index in 0..<length { input[slot * length + index] = 2 * random.uniform(at: UInt64(index)) - 1 }
      }
    }
  }
}
