public import GraftCore
internal import GraftGraph
public import GraftImages
public import GraftLayers

extension Model {
  /// Judges the model on pictures: keras.Model.evaluate.
  ///
  /// - Parameters:
  ///   - images: The pictures; their classes must be the model's.
  ///   - fit: How pictures of other proportions fill the input.
  ///   - maximumBadFiles: How many unreadable files are left out before it is an error.
  ///   - progress: Called now and then with pictures done and pictures in all.
  public func evaluate(
    _ images: ImageSet, fit: ImageFit = .stretch, maximumBadFiles: Int = 0,
    progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> Evaluation {
    try await evaluate(labelled(images, fit), maximumBadFiles, progress)
  }

  /// Judges the model on arrays: keras.Model.evaluate.
  public func evaluate(_ x: Tensor, _ y: Tensor) async throws -> Evaluation {
    try await evaluate(labelled(x, y), 0, nil)
  }

  func evaluate(
    _ samples: LabelledSamples, _ maximumBadFiles: Int, _ progress: (@Sendable (Int, Int) -> Void)?
  ) async throws -> Evaluation {
    let configuration = try compiled
    let classes = try classCount
    guard samples.source.count > 0 else { throw GraftError(.invalidData, "There are no samples to evaluate.") }
    let graph = try runnableGraph().withLoss(
      configuration.loss, targetShape: Targets.sampleShape(classes: classes, loss: configuration.loss))
    let runner = try BatchRunner(graph)
    let results = FeatureRows(count: samples.source.count, lengths: [classes, 1])
    let bad = try await runner.run(
      samples.source, targets: samples.targets, progress: { progress?($0.done, $0.total) }
    ) { sample, outputs in results.store(outputs, at: sample) }
    try BadFileCheck.check(bad.map(\.file), maximum: maximumBadFiles)

    // In the order of the samples, whatever the order in which workers finished: sums are the same in every run.
    var collector = EvaluationCollector(configuration.metrics, classes: classes, loss: configuration.loss)
    let missing = Set(bad.map(\.index))
    let width = samples.targets.tensor.shape.droppingFirst.count
    samples.targets.tensor.withUnsafeBufferPointer { targets in
      for sample in 0..<samples.source.count where !missing.contains(sample) {
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
