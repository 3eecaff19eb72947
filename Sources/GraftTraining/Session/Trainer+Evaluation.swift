internal import GraftCore
internal import GraftGraph
internal import GraftRuntime

extension Trainer {
  /// How the network with the present weights does on a set.
  func evaluate(_ set: PreparedSet, batchSize: Int) throws -> Evaluation {
    let rows = FeatureRows(count: set.count, lengths: [classes, 1])
    if region.isHeavy {
      try runFolded(set, into: rows)
    } else {
      try runInPlace(set, batchSize: batchSize, into: rows)
    }
    // In the order of the samples, whatever the order in which workers finished.
    var collector = EvaluationCollector(configuration.metrics, classes: classes, loss: configuration.loss)
    set.targets.withUnsafeBufferPointer { targets in
      for sample in 0..<set.count {
        let length = set.targetLength
        let row = sample * set.views
        collector.add(
          loss: rows.row(sample, of: 1)[0], weight: set.weights[sample], prediction: rows.row(sample, of: 0),
          target: UnsafeBufferPointer(rebasing: targets[(row * length)..<((row + 1) * length)]))
      }
    }
    return collector.evaluation(badFiles: set.badFiles)
  }

  /// With the weights where they lie: a head's plans are compiled once.
  private func runInPlace(_ set: PreparedSet, batchSize: Int, into rows: FeatureRows) throws {
    let reader = set.makeReader()
    for start in stride(from: 0, to: set.count, by: batchSize) {
      let count = min(batchSize, set.count - start)
      try Self.run(start..<(start + count), in: evaluationContext(count), reader, into: rows)
    }
  }

  /// With the weights folded and packed for inference: compiling takes less than what the kernels then save.
  private func runFolded(_ set: PreparedSet, into rows: FeatureRows) throws {
    var graph = region.evaluation
    graph.assign(store.snapshot())
    let portion = 4
    let plan = try ExecutionPlan(graph, batchSize: portion, mode: .inference)
    let rest = set.count % portion
    let last = rest == 0 ? nil : try ExecutionPlan(graph, batchSize: rest, mode: .inference)
    let portions = set.count / portion
    try team.run { worker in
      let reader = set.makeReader()
      let context = try ExecutionContext(plan)
      for index in stride(from: worker, to: portions, by: team.count) {
        try Self.run((index * portion)..<((index + 1) * portion), in: context, reader, into: rows)
      }
      if worker == 0, let last {
        try Self.run((portions * portion)..<set.count, in: ExecutionContext(last), reader, into: rows)
      }
    }
  }

  private static func run(
    _ samples: Range<Int>, in context: ExecutionContext, _ reader: PreparedReader, into rows: FeatureRows
  ) throws {
    for (slot, sample) in samples.enumerated() {
      try reader.read(sample, view: 0, slot: slot, of: samples.count) { context.withInput($0, $1) }
    }
    try context.run()
    context.withOutput(0) { predictions in
      context.withOutput(1) { losses in
        let width = predictions.count / samples.count
        for (slot, sample) in samples.enumerated() {
          rows.store(
            [
              UnsafeBufferPointer(rebasing: predictions[(slot * width)..<((slot + 1) * width)]),
              UnsafeBufferPointer(rebasing: losses[slot..<(slot + 1)]),
            ], at: sample)
        }
      }
    }
  }
}
