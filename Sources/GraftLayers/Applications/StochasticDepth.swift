package import GraftCore
package import GraftGraph

/// Whole samples of a residual branch set to zero at random in training: the StochasticDepth of keras.applications.ConvNeXt*.
public final class StochasticDepth: Layer {
  /// The part of the samples that is dropped, in [0, 1).
  public let dropPathRate: Float
  /// The seed of the decisions.
  public let seed: UInt64?

  /// Makes a stochastic depth.
  ///
  /// - Parameters:
  ///   - dropPathRate: The part of the samples that is dropped, in [0, 1).
  ///   - seed: By default `RandomSeed.current` when the network is compiled.
  ///   - name: The layer's name.
  public init(_ dropPathRate: Float, seed: UInt64? = nil, name: String? = nil) {
    self.dropPathRate = dropPathRate
    self.seed = seed
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    let rank = builder.graph[inputs[0]].shape.rank
    return try builder.appendDropout(
      of: self, inputs, rate: dropPathRate, seed: seed, maskShape: Shape([Int](repeating: 1, count: rank)))
  }

  package override var configuration: [String: JSONValue] {
    ["drop_path_rate": .number(dropPathRate.shortest), "seed": seed.configuration]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(Float(try reader.number("drop_path_rate")), seed: reader.seed, name: reader.name)
  }
}
