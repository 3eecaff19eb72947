import Graft
import Testing

/// The linear head on the stamps, as a user gets it.
@Suite(.enabled(if: SampleData.isThere, "scripts/fetch-assets fetches the data"))
struct LinearHeadStampTests {
  /// Five folds of six seeds (one seed more or less moves by a point), each fitted and its regularisation chosen without
  /// the pictures that it is judged by. Every second strength of the default ones, and an early end, for the sake of time.
  @Test("Five-fold accuracy on the stamps is at least 0.93")
  func accuracy() async throws {
    let photos = try ImageFolder(SampleData.stamps).images
    let base = try await BaseNetwork(SampleData.weights)
    let features = try await base.model.features(of: photos)
    let rows = Dictionary(uniqueKeysWithValues: photos.files.enumerated().map { ($1.path, $0) })
    let seeds = UInt64(1)...6
    let options = LinearHeadOptions(regularizations: [1e-3, 1e-2, 1e-1, 1, 10], gradientTolerance: 1e-5)
    var right = 0
    for seed in seeds {
      for (train, validation) in try photos.folds(5, seed: seed) {
        let fit = try await LinearHead.fit(
          features: features.rows(at: train.files.compactMap { rows[$0.path] }),
          classIndices: train.files.map(\.classIndex), classes: photos.classNames.count,
          options: options)
        let head = try head(fit, photos.classNames.count)
        let predictions = try await head.predict(features.rows(at: validation.files.compactMap { rows[$0.path] }))
        for (row, file) in validation.files.enumerated() {
          let scores = predictions.rows(row..<(row + 1)).elements
          if scores.firstIndex(of: scores.max() ?? .nan) == file.classIndex { right += 1 }
        }
      }
    }
    let accuracy = Double(right) / Double(seeds.count * photos.count)
    #expect(accuracy >= 0.93, "\(right) of \(seeds.count) times \(photos.count) are right")
  }

  private func head(_ fit: LinearHeadFit, _ classes: Int) throws -> Model {
    let input = Input(shape: [fit.kernel.shape[0]])
    let layer = Dense(classes, activation: .softmax)
    let model = Model(inputs: input, outputs: layer(input))
    try fit.assign(to: layer)
    return model
  }
}
