import Foundation
import Graft

/// Training speed of MobileNetV2 1.0 at 224×224: images per second of `fit`, pictures in memory, as the peers do it.
enum TrainingCase {
  /// `train whole-train|whole-frozen|block13 [STEPS] [BATCH]`
  static func run(_ arguments: [String]) async throws -> [String: JSONValue] {
    let mode = arguments.first ?? "whole-train"
    guard ["whole-train", "whole-frozen", "block13"].contains(mode) else {
      throw GraftError(.invalidArgument, "Expected whole-train, whole-frozen or block13. Received: \(mode).")
    }
    let steps = arguments.dropFirst().first.flatMap { Int($0) } ?? 8
    let batchSize = arguments.dropFirst(2).first.flatMap { Int($0) } ?? 32
    let count = steps * batchSize

    let base = try await MobileNetV2(weights: nil, includeTop: false, inputShape: [224, 224, 3], pooling: .average)
    let model = Model(inputs: base.input, outputs: Dense(5, activation: .softmax)(base.output))
    switch mode {
    case "whole-frozen": base.unfreeze(batchNorm: .frozen)
    case "block13": try base.unfreeze(from: "block_13_expand", batchNorm: .frozen)
    default: break
    }
    try model.compile(optimizer: .adam(learningRate: 1e-4), loss: .categoricalCrossentropy, metrics: [.accuracy])

    let x = Measuring.noise([count, 224, 224, 3])
    let y = Tensor(shape: [count, 5]) { values in
      for index in values.indices { values.initializeElement(at: index, to: index % 5 == (index / 5) % 5 ? 1 : 0) }
    }

    // The first epoch compiles, warms up and, where something is frozen, fills the table of features.
    var seconds: [Double] = []
    var last = ContinuousClock.now
    for try await event in try model.training(on: x, y, epochs: 2, batchSize: batchSize) {
      guard case .batch(let progress) = event else { continue }
      let now = ContinuousClock.now
      if progress.epoch > 1, progress.batch > 1 { seconds.append((now - last) / .seconds(1)) }
      last = now
    }
    seconds.sort()
    return [
      "peer": "graft", "version": .string(GraftVersion.current), "mode": .string(mode),
      "images_per_second": .number(Double(batchSize) / seconds[seconds.count / 2]),
    ]
  }
}
