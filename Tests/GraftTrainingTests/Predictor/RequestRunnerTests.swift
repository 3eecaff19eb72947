internal import GraftCore
internal import GraftGraph
internal import GraftLayers
internal import GraftRuntime
internal import Synchronization
internal import Testing

@testable import GraftTraining

/// Requests one after another and together.
@Suite struct RequestRunnerTests {
  private static func network() throws -> Graph {
    let input = Input(shape: [24, 24, 3])
    var x = Conv2D(16, kernelSize: 3, strides: 2, padding: .same, activation: .relu6)(input)
    x = DepthwiseConv2D(kernelSize: 3, padding: .same, activation: .relu6)(x)
    x = Conv2D(32, kernelSize: 1)(x)
    x = GlobalAveragePooling2D()(x)
    return try Model(inputs: input, outputs: Dense(5, activation: .softmax)(x)).graph()
  }

  private static func picture(_ number: Int) -> Tensor {
    let random = RandomNumbers(seed: UInt64(number))
    return Tensor(shape: [1, 24, 24, 3], (0..<(24 * 24 * 3)).map { random.uniform(at: UInt64($0)) })
  }

  @Test("Answers on one core, on two and of many requests at once are those of one plan", arguments: [1, 2])
  func answers(_ cores: Int) async throws {
    let graph = try Self.network()
    let plan = try ExecutionPlan(graph, batchSize: 1, mode: .inference)
    let context = try ExecutionContext(plan)
    let pictures = (0..<12).map(Self.picture)
    let expected = try pictures.map { picture in
      context.withInput(0) { input in picture.withUnsafeBufferPointer { _ = input.update(from: $0) } }
      try context.run()
      return context.withOutput(0) { Array($0) }
    }
    let runner = RequestRunner(PlanCache(graph), cores: cores) { 0 }
    @Sendable func answer(_ number: Int) async throws -> [Float] {
      let picture = Self.picture(number)
      return try await runner.output { _, input in
        picture.withUnsafeBufferPointer { _ = input.update(from: $0) }
      }
    }
    // One after another: from the third on all cores may be taken.
    for number in pictures.indices {
      for (own, other) in zip(try await answer(number), expected[number]) { #expect(abs(own - other) <= 1e-6) }
    }
    try await withThrowingTaskGroup(of: (Int, [Float]).self) { group in
      for round in 0..<60 { group.addTask { (round % 12, try await answer(round % 12)) } }
      for try await (number, values) in group {
        for (own, other) in zip(values, expected[number]) { #expect(abs(own - other) <= 1e-6) }
      }
    }
  }

  @Test("A sample that cannot be loaded is its caller's error, and the next one is answered")
  func failure() async throws {
    let runner = RequestRunner(PlanCache(try Self.network()), cores: 2) { 0 }
    for number in 0..<6 {
      if number % 2 == 0 {
        await #expect(throws: GraftError.self) {
          try await runner.output { _, _ in throw GraftError(.unreadable, "no picture") }
        }
      } else {
        let values = try await runner.output { _, input in input.update(repeating: 0.5) }
        #expect(abs(values.reduce(0, +) - 1) < 1e-5)
      }
    }
  }

  @Test("Loaders are made once per thread")
  func loaders() async throws {
    let made = Counter()
    let runner = RequestRunner(PlanCache(try Self.network()), cores: 2) { made.add() }
    for _ in 0..<20 { _ = try await runner.output { _, input in input.update(repeating: 0) } }
    #expect((1...2).contains(made.value))
  }
}

/// Counts calls from any thread.
private final class Counter: Sendable {
  private let count = Atomic(0)

  func add() { count.add(1, ordering: .relaxed) }

  var value: Int { count.load(ordering: .relaxed) }
}
