package import GraftCore
public import GraftGraph

/// Zeros around a picture: keras.layers.ZeroPadding2D.
public final class ZeroPadding2D: Layer {
  /// The rows and columns of zeros.
  public let padding: Padding

  /// Makes a padding.
  public init(_ padding: Padding, name: String? = nil) {
    self.padding = padding
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    guard min(padding.top, padding.bottom, padding.left, padding.right) >= 0 else {
      throw GraftError(.invalidArgument, "\(name): padding must not be negative. Received: \(padding).")
    }
    return try builder.append(.zeroPadding(padding), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] {
    ["padding": padding.configuration, "data_format": "channels_last"]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    try reader.requireChannelsLast()
    self.init(try reader.sides("padding"), name: reader.name)
  }
}
