import Foundation
import Graft
import Testing

/// "Transfer learning using TensorFlow", line by line: load a pre-trained model, replace its top, freeze it, train,
/// evaluate.
// One after another: the seed of first weights is the process's.
@Suite(.serialized, .enabled(if: SampleData.isThere, "scripts/fetch-assets fetches the data"))
struct BlogPostTests {
  @Test("The post's code runs in Swift, learns the stamps, and survives saving")
  func thePost() async throws {
    let photos = try ImageFolder(SampleData.stamps).images
    let (train, test) = try photos.split(validation: 0.2, seed: 1)

    // Load the pre-trained model without its top.
    let base = try await MobileNetV2(weights: .file(SampleData.weights), includeTop: false, inputShape: [160, 160, 3])

    // Replace the top.
    var x = base.output
    x = GlobalAveragePooling2D()(x)
    x = Dense(256, activation: .relu)(x)
    let predictions = Dense(photos.classNames.count, activation: .softmax)(x)
    let model = Model(inputs: base.input, outputs: predictions)

    // Freeze the first layers.
    for layer in base.layers { layer.isTrainable = false }
    #expect(model.trainableParameterCount == 1280 * 256 + 256 + 256 * 5 + 5)

    // Train and evaluate.
    try model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])
    let history = try await model.fit(train, epochs: 10, validation: test, progress: .silent)
    #expect(history.epochs.count == 10)
    #expect(history["loss"][9] < history["loss"][0] / 4)
    let result = try await model.evaluate(test)
    #expect(result.accuracy > 0.8)
    #expect(abs(result.accuracy - (history["val_accuracy"].last ?? 0)) < 1e-9)
    #expect(abs(result.loss - (history["val_loss"].last ?? 0)) < 1e-4)

    // Save, load, evaluate: the same numbers to the last bit.
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).graft").path()
    defer { try? FileManager.default.removeItem(atPath: file) }
    try await GraftModel(model, classNames: photos.classNames).write(to: file)
    let loaded = try await GraftModel(contentsOf: file)
    #expect(loaded.classNames == photos.classNames)
    try loaded.model.compile()
    let again = try await loaded.model.evaluate(test)
    #expect(again.values == result.values)
    #expect(again.confusion == result.confusion)

    let predictor = try await Predictor.contents(of: file)
    let prediction = try await predictor.predict(test.files[0].path)
    #expect(prediction.scores.count == 5)
    #expect(abs(prediction.scores.reduce(0) { $0 + $1.probability } - 1) < 1e-5)
  }

  @Test("The post's second half: the top layers of the base are updated, its first layers stay as they are")
  func fineTuning() async throws {
    let (train, test) = try ImageFolder(SampleData.stamps).images.split(validation: 0.2, seed: 1)
    let base = try await MobileNetV2(weights: .file(SampleData.weights), includeTop: false, inputShape: [96, 96, 3])
    let hidden = Dense(256, activation: .relu)(GlobalAveragePooling2D()(base.output))
    let model = Model(inputs: base.input, outputs: Dense(train.classNames.count, activation: .softmax)(hidden))
    base.freeze()
    try model.compile(optimizer: .adam())
    try await model.fit(train, epochs: 6, progress: .silent)
    let head = try await model.evaluate(test)
    let before = bits(base)

    // Freeze the initial layers, and only allow the top layers to be updated, in small steps.
    try base.unfreeze(from: "block_13_expand", batchNorm: .frozen)
    try model.compile(optimizer: .adam(learningRate: 1e-5))
    let history = try await model.fit(train, epochs: 3, validation: test, progress: .silent)

    #expect(history["loss"][2] < history["loss"][0])
    let result = try await model.evaluate(test)
    #expect(result.accuracy > 0.7)
    #expect(result.accuracy >= head.accuracy - 0.05, "\(head.accuracy) before fine-tuning, \(result.accuracy) after")
    let start = try #require(base.layers.firstIndex { $0.name == "block_13_expand" })
    let after = bits(base)
    var updated = 0
    for (index, layer) in base.layers.enumerated() where !layer.variables.isEmpty {
      let isUpdated = index >= start && !(layer is BatchNormalization)
      #expect((after[layer.name] != before[layer.name]) == isUpdated, "\(layer.name)")
      if isUpdated { updated += 1 }
    }
    // Four blocks of three convolutions each, and the last convolution.
    #expect(updated == 13)
  }

  /// The bits of every layer's weights, moving statistics included.
  private func bits(_ model: Model) -> [String: [UInt32]] {
    var result: [String: [UInt32]] = [:]
    for layer in model.layers {
      result[layer.name] = layer.variables.flatMap { $0.value.elements.map(\.bitPattern) }
    }
    return result
  }

  @Test("The post's head reaches 0.88 mean validation accuracy over five seeds")
  func fiveSeeds() async throws {
    let photos = try ImageFolder(SampleData.stamps).images
    let base = try await MobileNetV2(
      weights: .file(SampleData.weights), includeTop: false, inputShape: [160, 160, 3], pooling: .average)
    // Features once for all seeds: that this equals training on pictures is tested elsewhere.
    let features = try await base.features(of: photos)
    var accuracies: [Double] = []
    for seed in UInt64(1)...5 {
      let split = try photos.split(validation: 0.2, seed: seed)
      let validation = Set(split.validation.files)
      let (left, right) = (
        photos.files.indices.filter { !validation.contains(photos.files[$0]) },
        photos.files.indices.filter { validation.contains(photos.files[$0]) }
      )
      func labels(_ rows: [Int]) -> Tensor { Tensor(rows.map { Float(photos.files[$0].classIndex) }) }
      let head = Sequential(
        [Dense(256, activation: .relu), Dense(photos.classNames.count, activation: .softmax)], inputShape: [1280])
      try head.compile(optimizer: .adam(), loss: .sparseCategoricalCrossentropy)
      let history = try await RandomSeed.with(seed) {
        try await head.fit(
          features.rows(at: left), labels(left), epochs: 10,
          validation: (features.rows(at: right), labels(right)), seed: seed, progress: .silent)
      }
      accuracies.append(history["val_accuracy"].last ?? 0)
    }
    let mean = accuracies.reduce(0, +) / Double(accuracies.count)
    #expect(mean >= 0.88, "accuracies \(accuracies)")
  }
}
