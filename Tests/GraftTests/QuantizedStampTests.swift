import Foundation
import Graft
import Testing

/// int8 on real photos with real weights.
@Suite(.enabled(if: SampleData.isThere, "scripts/fetch-assets fetches the data"))
struct QuantizedStampTests {
  private func quantized() async throws -> (photos: ImageSet, base: BaseNetwork, floats: Tensor, features: Tensor) {
    let photos = try ImageFolder(SampleData.stamps).images
    let base = try await BaseNetwork(SampleData.weights)
    let floats = try await base.model.features(of: photos)
    try await base.model.quantize(calibratedOn: photos)
    return (photos, base, floats, try await base.model.features(of: photos))
  }

  private func cosine(_ a: [Float], _ b: [Float]) -> Double {
    func dot(_ x: [Float], _ y: [Float]) -> Double { zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
    return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
  }

  /// Five folds of three seeds, heads of one strength: the one that is mostly chosen (`LinearHead`).
  private func accuracy(_ features: Tensor, _ photos: ImageSet) async throws -> Double {
    let rows = Dictionary(uniqueKeysWithValues: photos.files.enumerated().map { ($1.path, $0) })
    let options = LinearHeadOptions(regularizations: [0.1], gradientTolerance: 1e-5)
    var right = 0
    for seed in UInt64(1)...3 {
      for (train, validation) in try photos.folds(5, seed: seed) {
        let fit = try await LinearHead.fit(
          features: features.rows(at: train.files.compactMap { rows[$0.path] }),
          classIndices: train.files.map(\.classIndex), classes: photos.classNames.count, options: options)
        let input = Input(shape: [fit.kernel.shape[0]])
        let layer = Dense(photos.classNames.count, activation: .softmax)
        let head = Model(inputs: input, outputs: layer(input))
        try fit.assign(to: layer)
        let predictions = try await head.predict(features.rows(at: validation.files.compactMap { rows[$0.path] }))
        for (row, file) in validation.files.enumerated() {
          let scores = predictions.rows(row..<(row + 1)).elements
          if scores.firstIndex(of: scores.max() ?? .nan) == file.classIndex { right += 1 }
        }
      }
    }
    return Double(right) / Double(3 * photos.count)
  }

  @Test(
    "Features are near, accuracy is within a point, no layer falls back to plain loops, and a file gives the same bits")
  func stamps() async throws {
    let (photos, base, floats, features) = try await quantized()
    let quantization = try #require(base.model.quantization)
    #expect(quantization.layers.count == 52)
    #expect(quantization.pictures == photos.count)
    let cosines = (0..<photos.count).map { row in
      cosine(floats.rows(row..<(row + 1)).elements, features.rows(row..<(row + 1)).elements)
    }
    // Features that keep 99 % of their direction keep their neighbours; below that, heads trained on floats begin to err.
    #expect(cosines.reduce(0, +) / Double(photos.count) >= 0.99)
    #expect(try #require(cosines.min()) >= 0.94)

    let plain = try await accuracy(floats, photos)
    let quantised = try await accuracy(features, photos)
    #expect(quantised >= plain - 0.01, "float32 \(plain), int8 \(quantised)")

    if Precision.int8.isNative {
      let plan = try base.model.planDescription(batchSize: 8)
      #expect(!plan.contains("| ref"), "\(plan)")
      #expect(plan.contains("\n0 reorders"))
      #expect(plan.split(separator: "\n").count { $0.contains("int8 ") } == 52)
    }

    // A model in a file computes with the same scales, to the bit.
    let top = Dense(5, activation: .softmax, name: "stamp_top")
    let model = Model(inputs: base.model.input, outputs: top(base.model.output))
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).graft").path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await GraftModel(model, classNames: photos.classNames).write(to: path)
    let loaded = try await GraftModel(contentsOf: path)
    #expect(loaded.model.quantization == quantization)
    #expect(loaded.model.precision == .int8)
    let some = photos.subset([0, 50, 100, 150, 200])
    #expect(try await loaded.model.features(of: some) == model.features(of: some))
    let predictor = try await Predictor.contents(of: path)
    #expect(predictor.precision == .int8)
  }
}
