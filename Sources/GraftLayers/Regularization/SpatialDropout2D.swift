package import GraftCore
package import GraftGraph

/// Whole channels set to zero at random in training: keras.layers.SpatialDropout2D.
///
/// Neighbouring pixels are alike, so that dropping single ones takes little away; each channel of each sample is decided as
/// one.
public final class SpatialDropout2D: Layer {
  /// The part of the channels that is dropped, in [0, 1).
  public let rate: Float
  /// The seed of the masks.
  public let seed: UInt64?

  /// Makes a dropout of channels.
  ///
  /// - Parameters:
  ///   - rate: The part of the channels that is dropped, in [0, 1).
  ///   - seed: By default `RandomSeed.current` when the network is compiled.
  ///   - name: The layer's name.
  public init(_ rate: Float, seed: UInt64? = nil, name: String? = nil) {
    self.rate = rate
    self.seed = seed
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    let channels = try pictureChannels(inputs.map { builder.graph[$0].shape })
    return try builder.appendDropout(of: self, inputs, rate: rate, seed: seed, maskShape: [1, 1, channels])
  }

  package override var configuration: [String: JSONValue] {
    ["rate": .number(rate.shortest), "seed": seed.configuration, "data_format": "channels_last"]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    try reader.requireChannelsLast()
    self.init(Float(try reader.number("rate")), seed: reader.seed, name: reader.name)
  }
}
