import Foundation
import Graft
import GraftLayers
import GraftTraining

/// Pictures in memory through a frozen network.
enum ForwardCase {
  private static let size = 224

  /// Pictures per second on all cores. `forward NETWORK [int8]`
  static func forward(_ arguments: [String]) async throws -> [String: JSONValue] {
    let network = try await trunk(arguments)
    let runner = try BatchRunner(network.runnableGraph())
    let source = TensorSource(Measuring.noise([64, size, size, 3]))
    let rate = try await Measuring.rate(source.count) { _ = try await runner.run(source) { _, _ in } }
    return ["images_per_second": .number(rate)]
  }

  /// Milliseconds for one picture in a running process. `one NETWORK`
  static func one(_ arguments: [String]) async throws -> [String: JSONValue] {
    let network = try await trunk(arguments)
    let predictor = try Predictor(
      GraftModel(network, classNames: (0..<network.output.shape[0]).map { "\($0)" }))
    let picture = Measuring.noise([1, size, size, 3])
    return try await Measuring.latency { _ = try await predictor.outputs(for: picture) }
  }

  static func trunk(_ arguments: [String]) async throws -> Model {
    let name = arguments.first ?? "mobilenet-v2"
    let network: Model
    switch name {
    case "mobilenet-v2":
      network = try await MobileNetV2(weights: nil, includeTop: false, inputShape: [size, size, 3], pooling: .average)
    default: throw GraftError(.invalidArgument, "Expected a network of the zoo. Received: \(name).")
    }
    network.isTrainable = false
    if arguments.dropFirst().first == "int8" {
      try await network.quantize(calibratedOn: Measuring.noise([32, size, size, 3]))
    }
    return network
  }
}
