package import GraftCore
package import GraftGraph

/// Random zeros in training: keras.layers.Dropout.
///
/// With a noise shape several elements share one decision. Stochastic depth is a dropout of whole samples on a residual
/// branch:
///
/// ```swift
/// x = Add()([x, Dropout(0.2, noiseShape: [nil, 1, 1, 1])(branch)])
/// ```
public final class Dropout: Layer {
  /// The part that is dropped, in [0, 1).
  public let rate: Float
  /// The shape of the mask, batch axis included: nil for as long as the input's axis, 1 for one decision along the axis.
  public let noiseShape: [Int?]?
  /// The seed of the masks.
  public let seed: UInt64?

  /// Makes a dropout.
  ///
  /// - Parameters:
  ///   - rate: The part that is dropped, in [0, 1).
  ///   - noiseShape: By default every element is decided by itself. The batch axis must be nil: samples never share.
  ///   - seed: By default `RandomSeed.current` when the network is compiled.
  ///   - name: The layer's name.
  public init(_ rate: Float, noiseShape: [Int?]? = nil, seed: UInt64? = nil, name: String? = nil) {
    self.rate = rate
    self.noiseShape = noiseShape
    self.seed = seed
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    let shape = builder.graph[inputs[0]].shape
    return try builder.appendDropout(of: self, inputs, rate: rate, seed: seed, maskShape: maskShape(for: shape))
  }

  private func maskShape(for shape: Shape) throws -> Shape? {
    guard let noiseShape else { return nil }
    let lengths = noiseShape.dropFirst()
    let fits =
      noiseShape.count == shape.rank + 1 && noiseShape[0] == nil
      && zip(lengths, shape.dimensions).allSatisfy { $0 == nil || $0 == 1 || $0 == $1 }
    guard fits else {
      throw GraftError(
        .shapeMismatch,
        """
        \(name): noiseShape must start with nil for the batch and then have nil or 1 for each axis of an input of shape \
        \(shape). Received: \(noiseShape.map { $0.map(String.init) ?? "nil" }.joined(separator: ", ")).
        """)
    }
    return Shape(zip(lengths, shape.dimensions).map { $0 ?? $1 })
  }

  package override var configuration: [String: JSONValue] {
    var result: [String: JSONValue] = ["rate": .number(rate.shortest), "seed": seed.configuration]
    if let noiseShape { result["noise_shape"] = .array(noiseShape.map { $0.map { .int($0) } ?? .null }) }
    return result
  }

  convenience init(_ reader: ConfigurationReader) throws {
    let noiseShape = reader["noise_shape"]?.array?.map(\.int)
    if reader["noise_shape"] != nil, noiseShape == nil { throw reader.error("noise_shape", expected: "a list") }
    self.init(Float(try reader.number("rate")), noiseShape: noiseShape, seed: reader.seed, name: reader.name)
  }
}
