import Foundation
import Graft
import GraftTestSupport
import Testing

/// The post's step 1: networks that start from drawn weights, and networks that start from a network of Graft's own.
@Suite struct PretrainingTests {
  /// Pictures whose colour is their class, on a background of noise.
  private func samples(_ count: Int, side: Int) -> (x: Tensor, y: Tensor) {
    let random = RandomNumbers(seed: 5)
    let x = Tensor(
      shape: [count, side, side, 3],
      (0..<(count * side * side * 3)).map { index in
        let isClass = index % 3 == index / (side * side * 3) % 3
        return (isClass ? 0.5 : -0.5) + 0.5 * (2 * random.uniform(at: UInt64(index)) - 1)
      })
    let y = Tensor(shape: [count, 3], (0..<count).flatMap { sample in (0..<3).map { $0 == sample % 3 ? 1 : 0 } })
    return (x, y)
  }

  private func weights(_ model: Model) -> [String: [Float]] {
    var result: [String: [Float]] = [:]
    for layer in model.layers {
      for variable in layer.variables { result["\(layer.name)/\(variable.name)"] = variable.value.elements }
    }
    return result
  }

  @Test("MobileNetV2 without weights trains from scratch: every weight moves, and it learns")
  func mobileNet() async throws {
    let model = try await MobileNetV2(weights: nil, inputShape: [32, 32, 3], alpha: 0.35, classes: 3)
    #expect(model.provenance == "MobileNetV2 with random first weights")
    #expect(model.layers.allSatisfy { $0.isTrainable })
    let before = weights(model)
    let (x, y) = samples(24, side: 32)
    try model.compile(optimizer: .adam(learningRate: 1e-3))
    let history = try await model.fit(x, y, epochs: 8, batchSize: 24, progress: .silent)
    #expect(history["loss"][0] > 0.8)
    #expect(try #require(history["loss"].last) < 0.2)
    #expect(try #require(history["accuracy"].last) > 0.9)
    let after = weights(model)
    for (name, old) in before {
      let new = try #require(after[name])
      #expect(new != old, "\(name) did not move")
      #expect(new.allSatisfy { $0.isFinite }, "\(name) is not finite")
    }
  }

  @Test("A seed's first weights are the same for every network of that name, another seed's are others")
  func seeds() async throws {
    func network(_ seed: UInt64) async throws -> [String: [Float]] {
      try await RandomSeed.with(seed) {
        weights(try await MobileNetV2(weights: nil, includeTop: false, inputShape: [32, 32, 3], alpha: 0.35))
      }
    }
    let first = try await network(1)
    #expect(try await network(1) == first)
    let second = try await network(2)
    for (name, value) in first where name.hasSuffix("kernel") { #expect(second[name] != value, "\(name)") }
  }

  /// A small network; its preprocessing is one that no layer's name gives away.
  private func small(classes: Int) -> Model {
    let pictures = Input(shape: [12, 12, 3], preprocessing: .torch, name: "pictures")
    var x = Conv2D(8, kernelSize: 3, strides: 2, padding: .same, useBias: false, name: "conv")(pictures)
    x = ReLU(name: "relu")(BatchNormalization(momentum: 0.9, name: "bn")(x))
    x = SeparableConv2D(16, kernelSize: 3, padding: .same, activation: .relu, name: "separable")(x)
    x = GlobalAveragePooling2D(name: "pool")(x)
    return Model(inputs: pictures, outputs: Dense(classes, activation: .softmax, name: "predictions")(x))
  }

  @Test("A model of Graft is the base of the next one, and its preprocessing comes along")
  func nextModel() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (x, y) = samples(30, side: 12)

    let first = small(classes: 3)
    try first.compile(optimizer: .adam(learningRate: 0.01))
    let history = try await first.fit(x, y, epochs: 20, batchSize: 10, progress: .silent)
    #expect(try #require(history["accuracy"].last) > 0.9)
    try await GraftModel(first, classNames: ["red", "green", "blue"]).write(to: folder + "/first.graft")

    let artifact = try await GraftModel(contentsOf: folder + "/first.graft")
    let base = try BaseNetwork(artifact.model, source: "first.graft").model
    #expect(base.preprocessing == .torch)
    #expect(base.output.shape == [16])
    #expect(base.trainableParameterCount == 0)
    let trunk = Model(inputs: first.input, outputs: try first.layer(named: "pool").output)
    #expect(try await base.predict(x) == trunk.predict(x))

    // Two classes now: red or not.
    let isRed = Tensor(shape: [30, 2], (0..<30).flatMap { $0 % 3 == 0 ? [Float(1), 0] : [0, 1] })
    let before = weights(base)
    let next = Model(inputs: base.input, outputs: Dense(2, activation: .softmax, name: "is_red")(base.output))
    try next.compile(optimizer: .adam(learningRate: 0.05))
    let second = try await next.fit(x, isRed, epochs: 30, batchSize: 10, progress: .silent)
    #expect(try #require(second["accuracy"].last) > 0.9)
    #expect(weights(base) == before)

    // And that one's file can be the base of a third, with the same preprocessing.
    try await GraftModel(next, classNames: ["red", "other"]).write(to: folder + "/second.graft")
    let again = try await GraftModel(contentsOf: folder + "/second.graft")
    let third = try BaseNetwork(again.model, source: "second.graft").model
    #expect(third.preprocessing == .torch)
    #expect(try await third.predict(x) == trunk.predict(x))
  }
}
