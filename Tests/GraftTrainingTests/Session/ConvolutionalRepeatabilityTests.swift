import GraftCore
import GraftGraph
import GraftImages
import GraftLayers
import GraftRuntime
import GraftTestSupport
import Testing

@testable import GraftTraining

/// Where several cores share the steps, one seed still gives the same bits.
@Suite struct ConvolutionalRepeatabilityTests {
  private struct Outcome: Equatable {
    var losses: [Float]
    var weights: [String: Tensor]
  }

  /// Some steps on a set of 20, with batches that do not divide by the workers.
  private func steps(
    _ model: Model, workers: Int, partSize: Int? = nil, optimizer: Optimizer = .adam(learningRate: 0.01)
  ) throws -> Outcome {
    let regions = Regions(try model.graph())
    let pictures = FormulaTensor.make(name: "pictures", shape: [20, 16, 16, 3], role: .input)
    let targets = try Targets(
      classIndices: (0..<20).map { $0 * 7 % 3 }, classes: 3, loss: .categoricalCrossentropy
    ).tensor
    let features = try regions.frozen.results(for: [pictures])
    let region = try TrainableRegion(regions.trainable, loss: .categoricalCrossentropy, targetShape: [3])
    let trainer = Trainer(
      region,
      configuration: Compilation(optimizer: optimizer, loss: .categoricalCrossentropy, metrics: []),
      classes: 3, set: PreparedSet(.table(features), targets: targets), workers: workers, partSize: partSize)
    var losses: [Float] = []
    for epoch in 0..<3 {
      let order = RandomNumbers(seed: 1, stream: UInt64(epoch)).permutation(of: 20)
      for rows in [order[0..<7], order[7..<14], order[14..<20]] {
        #expect(try trainer.step(rows) { _ in 0 })
        losses += rows.indices.map { trainer.results.loss($0 - rows.startIndex) }
      }
    }
    return Outcome(losses: losses, weights: trainer.store.snapshot())
  }

  @Test(arguments: [1, 2, 3]) func normalizationsByTheBatch(workers: Int) throws {
    let first = try steps(TinyNetwork.make(dropout: 0.3), workers: workers)
    for _ in 0..<3 { #expect(try steps(TinyNetwork.make(dropout: 0.3), workers: workers) == first) }
  }

  @Test(arguments: [1, 2, 3]) func frozenNormalizationsInParts(workers: Int) throws {
    func model() throws -> Model {
      let model = try TinyNetwork.make(dropout: 0.3)
      try model.unfreeze(from: "first_depthwise", batchNorm: .frozen)
      return model
    }
    let first = try steps(model(), workers: workers, partSize: 2)
    for _ in 0..<3 { #expect(try steps(model(), workers: workers, partSize: 2) == first) }
  }

  /// What differs between numbers of workers is rounding: the sums are added up in another order.
  @Test(arguments: [2, 3]) func workersDifferByRounding(workers: Int) throws {
    for batchNorm in [BatchNormTraining.train, .frozen] {
      func model() throws -> Model {
        let model = try TinyNetwork.make(dropout: 0.3)
        model.unfreeze(batchNorm: batchNorm)
        return model
      }
      // Not Adam: a beta before a convolution and another normalisation has a gradient of 0, of which Adam makes steps.
      let optimizer = Optimizer.sgd(learningRate: 0.02, momentum: 0.9)
      let alone = try steps(model(), workers: 1, partSize: 7, optimizer: optimizer)
      let shared = try steps(model(), workers: workers, partSize: 2, optimizer: optimizer)
      // Rounding of 10⁻⁷ grows over nine steps by the network's depth, at most a hundredfold.
      #expect(Tensor(shared.losses).mismatch(Tensor(alone.losses), atol: 1e-5, rtol: 1e-5) == nil)
      for (name, expected) in alone.weights {
        #expect(shared.weights[name]?.mismatch(expected, atol: 1e-5, rtol: 1e-5) == nil, "\(name), \(batchNorm)")
      }
    }
  }

  // MARK: Whole runs

  private func fit(seed: UInt64, isTrainable: Bool) async throws -> (
    values: [[String: Double]], weights: [String: Tensor]
  ) {
    let folder = try PictureFolder(perClass: 6)
    let model = try TinyNetwork.make(dropout: 0.2)
    if !isTrainable { try model.unfreeze(from: "second_expand", batchNorm: .frozen) }
    try model.compile(optimizer: .adam(learningRate: 0.01))
    let history = try await model.fit(
      folder.images(), epochs: 3, batchSize: 5, validationSplit: 0.3, seed: seed, augmentation: .standard, views: 2,
      progress: .silent)
    return (history.epochs.map(\.values), try model.weights())
  }

  /// Augmented pictures made anew in every epoch, and a bank of views.
  @Test(arguments: [true, false]) func augmentedRuns(isTrainable: Bool) async throws {
    let first = try await fit(seed: 7, isTrainable: isTrainable)
    let second = try await fit(seed: 7, isTrainable: isTrainable)
    #expect(first.values == second.values)
    #expect(first.weights == second.weights)
    let other = try await fit(seed: 8, isTrainable: isTrainable)
    #expect(first.weights != other.weights)
  }
}
