package import GraftCore
public import GraftGraph

/// A picture without its outer rows and columns: keras.layers.Cropping2D.
public final class Cropping2D: Layer {
  /// The rows and columns that are taken away.
  public let cropping: Padding

  /// Makes a cropping.
  public init(_ cropping: Padding, name: String? = nil) {
    self.cropping = cropping
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    guard min(cropping.top, cropping.bottom, cropping.left, cropping.right) >= 0 else {
      throw GraftError(.invalidArgument, "\(name): cropping must not be negative. Received: \(cropping).")
    }
    return try builder.append(.cropping(cropping), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] {
    ["cropping": cropping.configuration, "data_format": "channels_last"]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    try reader.requireChannelsLast()
    self.init(try reader.sides("cropping"), name: reader.name)
  }
}
