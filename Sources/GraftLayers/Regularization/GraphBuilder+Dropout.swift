internal import GraftCore
internal import GraftGraph

extension GraphBuilder {
  /// Appends a dropout of a layer, whose masks follow from the seed and the layer's name.
  mutating func appendDropout(
    of layer: Layer, _ inputs: [NodeID], rate: Float, seed: UInt64?, maskShape: Shape?
  ) throws -> NodeID {
    guard rate >= 0, rate < 1 else {
      throw GraftError(.invalidArgument, "\(layer.name): the rate must lie in [0, 1). Received: \(rate).")
    }
    // Two layers with one seed must not drop the same places: the name tells them apart.
    let seed = (seed ?? RandomSeed.current) ^ layer.name.stableHash
    // What is frozen is the same for a picture every time, so that it need be computed only once: it drops nothing.
    let rate = layer.isTrainable ? rate : 0
    return try append(.dropout(.init(rate: rate, seed: seed, maskShape: maskShape)), of: layer, inputs)
  }
}

extension UInt64? {
  /// The seed in Keras's configuration.
  var configuration: JSONValue { map { .int(Int(truncatingIfNeeded: $0)) } ?? .null }
}

extension ConfigurationReader {
  /// The seed of a layer's random numbers.
  var seed: UInt64? { self["seed"]?.int.map { UInt64(bitPattern: Int64($0)) } }
}
