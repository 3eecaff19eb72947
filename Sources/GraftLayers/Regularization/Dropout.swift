package import GraftCore
package import GraftGraph

/// Random zeros in training: keras.layers.Dropout.
public final class Dropout: Layer {
  /// The part that is dropped, in [0, 1).
  public let rate: Float
  /// The seed of the masks.
  public let seed: UInt64?

  /// Makes a dropout.
  ///
  /// - Parameter seed: By default `RandomSeed.current` when the network is compiled.
  public init(_ rate: Float, seed: UInt64? = nil, name: String? = nil) {
    self.rate = rate
    self.seed = seed
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    guard rate >= 0, rate < 1 else {
      throw GraftError(.invalidArgument, "\(name): the rate must lie in [0, 1). Received: \(rate).")
    }
    // Two layers with one seed must not drop the same places: the name tells them apart.
    return try builder.append(
      .dropout(.init(rate: rate, seed: (seed ?? RandomSeed.current) ^ name.stableHash)), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] {
    ["rate": .number(rate.shortest), "seed": seed.map { .int(Int(truncatingIfNeeded: $0)) } ?? .null]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(
      Float(try reader.number("rate")), seed: reader["seed"]?.int.map { UInt64(bitPattern: Int64($0)) },
      name: reader.name)
  }
}
