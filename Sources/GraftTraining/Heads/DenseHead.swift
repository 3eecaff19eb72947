internal import Foundation
internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// The post's head on cached features: what `fit` on the whole network does once the features are there.
enum DenseHead {
  /// Trains a head on rows of features.
  static func train(
    _ model: Model, _ features: Tensor, _ labels: [Int], _ recipe: DenseHeadRecipe
  ) async throws -> History {
    try model.compile(
      optimizer: recipe.optimizer ?? .adam(learningRate: LearningRate(recipe.learningRate)),
      loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
    return try await model.fit(
      features, Tensor(labels.map(Float.init)), epochs: recipe.epochs, batchSize: recipe.batchSize, seed: recipe.seed,
      progress: .silent)
  }

  /// Cross-entropy and accuracy in every fold, each with a head that has not seen it.
  static func validate(
    _ samples: HeadSamples, _ folds: [Int], _ recipe: DenseHeadRecipe, _ counter: FitCounter
  ) async throws -> [(logLoss: Double, accuracy: Double)] {
    var scores: [(logLoss: Double, accuracy: Double)] = []
    for fold in 0..<samples.foldCount {
      let fitted = folds.indices.filter { folds[$0] != fold }
      let held = folds.indices.filter { folds[$0] == fold }
      let model = HeadLayers(units: recipe.units, classes: samples.classes).model(features: samples.features.shape[1])
      _ = try await train(model, samples.features.rows(at: fitted), fitted.map { samples.labels[$0] }, recipe)
      let predictions = try await model.predict(samples.features.rows(at: held))
      scores.append(score(predictions, held.map { samples.labels[$0] }))
      counter.step()
    }
    return scores
  }

  private static func score(_ predictions: Tensor, _ labels: [Int]) -> (logLoss: Double, accuracy: Double) {
    let classes = predictions.shape[1]
    var (loss, right) = (0.0, 0)
    predictions.withUnsafeBufferPointer { values in
      for (row, label) in labels.enumerated() {
        let row = UnsafeBufferPointer(rebasing: values[(row * classes)..<((row + 1) * classes)])
        // As Keras clips probabilities, so that one sample cannot cost infinitely much.
        loss -= log(max(Double(row[label]), 1e-7))
        if row.indexOfMaximum == label { right += 1 }
      }
    }
    return (loss / Double(labels.count), Double(right) / Double(labels.count))
  }
}
