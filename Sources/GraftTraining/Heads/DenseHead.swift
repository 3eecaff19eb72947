internal import Foundation
internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// The post's head on cached features: what `fit` on the whole network does once the features are there.
enum DenseHead {
  /// Trains a head on some of the samples.
  static func train(
    _ model: Model, _ samples: HeadSamples, rows: [Int], _ recipe: DenseHeadRecipe
  ) async throws -> History {
    try model.compile(
      optimizer: recipe.optimizer, loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
    return try await model.fit(
      samples.features.rows(at: rows), Tensor(rows.map { Float(samples.labels[$0]) }), epochs: recipe.epochs,
      batchSize: recipe.batchSize, seed: recipe.seed, sampleWeight: Tensor(rows.map { Float(samples.weights[$0]) }),
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
      _ = try await train(model, samples, rows: fitted, recipe)
      let predictions = try await model.predict(samples.features.rows(at: held))
      scores.append(score(predictions, samples, held))
      counter.step()
    }
    return scores
  }

  private static func score(
    _ predictions: Tensor, _ samples: HeadSamples, _ held: [Int]
  ) -> (logLoss: Double, accuracy: Double) {
    let classes = samples.classes
    var (loss, right, total) = (0.0, 0.0, 0.0)
    predictions.withUnsafeBufferPointer { values in
      for (row, sample) in held.enumerated() {
        let row = UnsafeBufferPointer(rebasing: values[(row * classes)..<((row + 1) * classes)])
        let (label, weight) = (samples.labels[sample], samples.weights[sample])
        // As Keras clips probabilities, so that one sample cannot cost infinitely much.
        loss -= weight * log(max(Double(row[label]), 1e-7))
        if row.indexOfMaximum == label { right += weight }
        total += weight
      }
    }
    return (loss / total, right / total)
  }
}
