import Foundation
import GraftCore
import GraftGraph
import GraftLayers
import Testing

/// First weights: Keras's limits and deviations for every kind of layer, and numbers that only seed and name decide.
@Suite struct InitializerTests {
  private func drawn(_ initializer: Initializer, _ shape: Shape, key: String = "layer/kernel", seed: UInt64 = 1)
    -> [Float]
  {
    RandomSeed.with(seed) { initializer.tensor(shape: shape, key: key).elements }
  }

  private func deviation(_ values: [Float]) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
    let squares = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return (mean, (squares / Double(values.count)).squareRoot())
  }

  /// keras.src.initializers.random_initializers.compute_fans: dense, convolution, depthwise (its channels are the last but
  /// one axis).
  @Test(
    "Uniform weights keep Keras's limits, and reach them",
    arguments: [
      (Shape([400, 300]), 400.0, 300.0), (Shape([3, 3, 64, 96]), 576, 864), (Shape([3, 3, 4000, 1]), 36000, 9),
    ])
  func uniform(_ shape: Shape, _ fanIn: Double, _ fanOut: Double) async {
    for (initializer, limit) in [
      (Initializer.glorotUniform, (6 / (fanIn + fanOut)).squareRoot()), (.heUniform, (6 / fanIn).squareRoot()),
    ] {
      let values = drawn(initializer, shape)
      let largest = Double(values.map(abs).max() ?? 0)
      #expect(largest <= limit * (1 + 1e-6))
      #expect(largest > 0.999 * limit)
      let (mean, deviation) = deviation(values)
      // Four standard errors of the mean; of a uniform distribution's deviation, less than four.
      let error = 4 / Double(values.count).squareRoot()
      #expect(abs(mean) < error * limit / 3.0.squareRoot())
      #expect(abs(deviation / (limit / 3.0.squareRoot()) - 1) < error)
    }
  }

  @Test("Variance scaling by fan out, and constants, have Keras's bounds, and keep their configuration")
  func varianceScaling() throws {
    let shape: Shape = [3, 3, 64, 96]
    let uniform = drawn(.varianceScaling(scale: 1.0 / 3, .uniform), shape)
    let limit = (3 * (1.0 / 3) / 864).squareRoot()
    #expect(uniform.allSatisfy { abs(Double($0)) <= limit * (1 + 1e-6) })
    #expect(Double(uniform.map(abs).max() ?? 0) > 0.999 * limit)
    let normal = drawn(.varianceScaling(scale: 2, .truncatedNormal), shape)
    let expected = (2.0 / 864).squareRoot()
    #expect(abs(deviation(normal).deviation / expected - 1) < 4 / Double(normal.count).squareRoot())
    #expect(drawn(.constant(1e-6), [4]) == [1e-6, 1e-6, 1e-6, 1e-6])
    for initializer in [
      Initializer.varianceScaling(scale: 2, .truncatedNormal), .varianceScaling(scale: 0.5, .uniform), .constant(0.25),
      .heNormal, .zeros,
    ] {
      #expect(Initializer(configuration: initializer.configuration) == initializer)
    }
  }

  @Test("Normal weights have Keras's deviation, and are cut at two of the distribution's before it was cut")
  func normal() async {
    let shape: Shape = [3, 3, 64, 96]
    for (initializer, expected) in [
      (Initializer.glorotNormal, (2.0 / (576 + 864)).squareRoot()), (.heNormal, (2.0 / 576).squareRoot()),
    ] {
      let values = drawn(initializer, shape)
      let limit = 2 * expected / 0.87962566103423978
      let largest = Double(values.map(abs).max() ?? 0)
      #expect(largest <= limit * (1 + 1e-6))
      #expect(largest > 0.99 * limit)
      let (mean, deviation) = deviation(values)
      let error = 4 / Double(values.count).squareRoot()
      #expect(abs(mean) < error * expected)
      #expect(abs(deviation / expected - 1) < error)
      // A normal distribution that is cut at two deviations has 0.6827 / 0.9545 of its weights within one.
      let within = values.count { abs(Double($0)) < limit / 2 }
      #expect(abs(Double(within) / Double(values.count) - 0.71525) < error)
    }
  }

  @Test("Zeros and ones are that") func constants() async {
    #expect(drawn(.zeros, [7]) == [Float](repeating: 0, count: 7))
    #expect(drawn(.ones, [7]) == [Float](repeating: 1, count: 7))
  }

  @Test("Seed and name decide, and nothing else")
  func repeatable() async {
    for initializer in [Initializer.glorotUniform, .heNormal] {
      let values = drawn(initializer, [40, 30])
      #expect(drawn(initializer, [40, 30]) == values)
      #expect(drawn(initializer, [40, 30], seed: 2) != values)
      #expect(drawn(initializer, [40, 30], key: "other/kernel") != values)
      #expect(Set(values).count > 1150)
    }
  }

  @Test("A network's first weights do not depend on the order in which it was built or asked")
  func order() async throws {
    func kernels(built: [String], asked: [String]) async throws -> [String: [Float]] {
      let layers = built.map { Conv2D(8, kernelSize: 3, name: $0) }
      for layer in layers { _ = layer(Input(shape: [6, 6, 3])) }
      return try RandomSeed.with(3) {
        var result: [String: [Float]] = [:]
        for name in asked {
          result[name] = try #require(layers.first { $0.name == name }?.variables.first).value.elements
        }
        return result
      }
    }
    let first = try await kernels(built: ["a", "b", "c"], asked: ["c", "b", "a"])
    #expect(try await kernels(built: ["c", "a", "b"], asked: ["a", "b", "c"]) == first)
    #expect(first["a"] != first["b"])
  }
}
