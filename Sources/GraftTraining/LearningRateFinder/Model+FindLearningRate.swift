public import GraftCore
internal import GraftGraph
public import GraftImages
public import GraftLayers

extension Model {
  /// Looks for a learning rate: one short run whose rate grows from step to step by the same factor.
  ///
  /// Smith, "Cyclical learning rates for training neural networks" (2017). The compiled optimizer is used with other rates,
  /// from fresh; the run ends early when the smoothed loss is more than four times the best. The model's weights, its
  /// optimizer's memory and what it was compiled with are the same afterwards.
  ///
  /// - Parameters:
  ///   - images: The pictures to train on; as many as the steps need are taken, at random.
  ///   - minimum: The first rate.
  ///   - maximum: The last rate.
  ///   - steps: Batches in all; with fewer pictures, they come again in another order.
  ///   - batchSize: Pictures per step. The right rate depends on it.
  ///   - smoothing: How much each smoothed loss keeps of the one before, in [0, 1).
  ///   - seed: Decides which pictures come in which order.
  ///   - fit: How pictures of other proportions fill the input.
  /// - Throws: `GraftError.invalidArgument` for rates or numbers that cannot work, and whatever ends a run but a diverging
  ///   loss.
  ///
  /// ```swift
  /// let finding = try await model.findLearningRate(on: photos)
  /// try model.compile(optimizer: .adam(learningRate: LearningRate(finding.suggestion ?? 1e-3)))
  /// ```
  public func findLearningRate(
    on images: ImageSet, minimum: Double = 1e-7, maximum: Double = 10, steps: Int = 100, batchSize: Int = 32,
    smoothing: Double = 0.9, seed: UInt64 = 0, fit: ImageFit = .stretch
  ) async throws -> LearningRateFinding {
    let ramp = try LearningRateRamp(minimum, maximum, steps: steps, batchSize: batchSize, smoothing: smoothing)
    let taken = ramp.samples(of: images.count, seed: seed)
    return try await search(ramp, count: taken.count) { model, epochs in
      try model.training(
        on: images.subset(taken), epochs: epochs, batchSize: batchSize, shuffle: true, seed: seed, fit: fit)
    }
  }

  /// The same on arrays: samples along the first axis of `x`, and `y` as the loss wants it.
  public func findLearningRate(
    on x: Tensor, _ y: Tensor, minimum: Double = 1e-7, maximum: Double = 10, steps: Int = 100, batchSize: Int = 32,
    smoothing: Double = 0.9, seed: UInt64 = 0
  ) async throws -> LearningRateFinding {
    let ramp = try LearningRateRamp(minimum, maximum, steps: steps, batchSize: batchSize, smoothing: smoothing)
    _ = try labelled(x, y)
    let taken = ramp.samples(of: x.shape[0], seed: seed)
    return try await search(ramp, count: taken.count) { model, epochs in
      try model.training(
        on: x.rows(at: taken), y.rows(at: taken), epochs: epochs, batchSize: batchSize, shuffle: true, seed: seed)
    }
  }

  private func search(
    _ ramp: LearningRateRamp, count: Int, _ training: (Model, _ epochs: Int) throws -> TrainingEvents
  ) async throws -> LearningRateFinding {
    let before = try compiled
    let quantization = quantization
    let weights = try namedVariables().map { (variable: $0.variable, value: $0.variable.value) }
    guard count > 0 else { throw GraftError(.invalidData, "There are no samples to look for a learning rate with.") }
    var optimizer = before.optimizer
    optimizer.learningRate = ramp.schedule
    compilation = Compilation(optimizer: optimizer, loss: before.loss, metrics: [], optimizerState: nil)
    let losses: [Double]
    do {
      losses = try await self.losses(ramp, count: count, training)
    } catch {
      compilation = before
      self.quantization = quantization
      for (variable, value) in weights { try variable.assign(value) }
      throw error
    }
    compilation = before
    self.quantization = quantization
    for (variable, value) in weights { try variable.assign(value) }
    return LearningRateFinding(rates: ramp.rates, losses: losses, smoothing: ramp.smoothing)
  }

  /// The loss of every step, up to the end of the ramp or of reason.
  private func losses(
    _ ramp: LearningRateRamp, count: Int, _ training: (Model, _ epochs: Int) throws -> TrainingEvents
  ) async throws -> [Double] {
    let batchCount = (count + ramp.batchSize - 1) / ramp.batchSize
    var losses: [Double] = []
    var sum = 0.0
    do {
      for try await event in try training(self, (ramp.steps + batchCount - 1) / batchCount) {
        guard case .batch(let progress) = event, let mean = progress.values["loss"] else { continue }
        // Events tell the mean over the epoch so far.
        if progress.batch == 1 { sum = 0 }
        let seen = min(progress.batch * ramp.batchSize, count)
        let total = mean * Double(seen)
        losses.append((total - sum) / Double(seen - (progress.batch - 1) * ramp.batchSize))
        sum = total
        if losses.count == ramp.steps { break }
        if LearningRateFinding(rates: ramp.rates, losses: losses, smoothing: ramp.smoothing).hasDiverged { break }
      }
    } catch let error as GraftError where error.code == .nonFinite {
      losses.append(.infinity)
    }
    return losses
  }
}
