import Foundation
import Graft

/// The post's head on features: seconds of ten epochs. `head COUNT`
enum HeadCase {
  static func run(_ arguments: [String]) async throws -> [String: JSONValue] {
    let count = arguments.first.flatMap { Int($0) } ?? 10_000
    let x = Measuring.noise([count, 1280]) { max(0, $0) }
    let y = Tensor(shape: [count, 5]) { values in
      for index in values.indices { values.initializeElement(at: index, to: index % 5 == (index / 5) % 5 ? 1 : 0) }
    }
    let input = Input(shape: [1280])
    let top = Dense(5, activation: .softmax)(Dense(256, activation: .relu)(input))
    let model = Model(inputs: input, outputs: top)
    try model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])
    try await model.fit(x, y, epochs: 1, batchSize: 32)
    let began = ContinuousClock.now
    try await model.fit(x, y, epochs: 10, batchSize: 32)
    return ["seconds": .number((ContinuousClock.now - began) / .seconds(1))]
  }
}
