public import GraftCore
internal import GraftGraph
public import GraftImages
public import GraftLayers
public import GraftStore

extension Model {
  /// Judges the model on pictures: keras.Model.evaluate.
  ///
  /// - Parameters:
  ///   - images: The pictures; their classes must be the model's.
  ///   - fit: How pictures of other proportions fill the input.
  ///   - maximumBadFiles: How many unreadable files are left out before it is an error.
  ///   - store: Where the frozen part's results are kept and found; by default nowhere.
  ///   - progress: Called now and then with pictures done and pictures in all.
  public func evaluate(
    _ images: ImageSet, fit: ImageFit = .stretch, maximumBadFiles: Int = 0, store: FeatureStore? = nil,
    progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> Evaluation {
    try await evaluate(labelled(images, fit), maximumBadFiles, store, progress)
  }

  /// Judges the model on arrays: keras.Model.evaluate.
  public func evaluate(_ x: Tensor, _ y: Tensor) async throws -> Evaluation {
    try await evaluate(labelled(x, y), 0, nil, nil)
  }

  func evaluate(
    _ samples: LabelledSamples, _ maximumBadFiles: Int, _ store: FeatureStore?,
    _ progress: (@Sendable (Int, Int) -> Void)?
  ) async throws -> Evaluation {
    let configuration = try compiled
    let classes = try classCount
    guard samples.source.count > 0 else { throw GraftError(.invalidData, "There are no samples to evaluate.") }
    var graph = try runnableGraph()
    var (source, targets) = (samples.source, samples.targets)
    var bad: [(index: Int, file: BadFile)] = []
    var isExtracted = false
    let regions = Regions(graph)
    if let store, regions.hasFeatures {
      var extraction = FeatureExtraction(regions.frozen)
      (extraction.store, extraction.name) = (store, name)
      let table = try await extraction.run([source]) { progress?($0.done, $0.total) }[0]
      (graph, source, bad) = (regions.trainable, TensorSource(table.columns[0]), table.badSamples)
      targets = Targets(rows: targets.tensor.rows(at: table.samples))
      isExtracted = true
    }
    let results = FeatureRows(count: source.count, lengths: [classes, 1])
    let report = isExtracted ? nil : progress
    let runner = try BatchRunner(
      graph.withLoss(
        configuration.loss, targetShape: Targets.sampleShape(classes: classes, loss: configuration.loss)))
    let unread = try await runner.run(source, targets: targets, progress: { report?($0.done, $0.total) }) {
      sample, outputs in results.store(outputs, at: sample)
    }
    bad += unread
    try BadFileCheck.check(bad.map(\.file), maximum: maximumBadFiles)

    // In the order of the samples, whatever the order in which workers finished: sums are the same in every run.
    var collector = EvaluationCollector(configuration.metrics, classes: classes, loss: configuration.loss)
    let missing = Set(unread.map(\.index))
    let width = targets.tensor.shape.droppingFirst.count
    targets.tensor.withUnsafeBufferPointer { targets in
      for sample in 0..<source.count where !missing.contains(sample) {
        let prediction = results.row(sample, of: 0)
        let target = UnsafeBufferPointer(rebasing: targets[(sample * width)..<((sample + 1) * width)])
        collector.add(loss: results.row(sample, of: 1)[0], prediction: prediction, target: target)
      }
    }
    guard collector.count > 0 else {
      throw GraftError(.invalidData, "Not one of the \(bad.count) pictures can be read. The first: \(bad[0].file).")
    }
    return collector.evaluation(badFiles: bad.map(\.file))
  }
}

extension Regions {
  /// Whether the frozen region is more than the input, and ends in one value: what a store can stand in for.
  fileprivate var hasFeatures: Bool {
    frozen.outputs.count == 1 && frozen[frozen.outputs[0]].operation != .input
  }
}
