package import GraftCore
package import GraftGraph

/// The middle of a picture: keras.layers.CenterCrop. It works in training and after it.
///
/// A picture that is too small is made larger: then its largest window of the right proportions is resized.
public final class CenterCrop: Layer {
  /// The result's height.
  public let height: Int
  /// The result's width.
  public let width: Int

  /// Makes a crop.
  public init(height: Int, width: Int, name: String? = nil) {
    self.height = height
    self.width = width
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    _ = try pictureChannels(inputs.map { builder.graph[$0].shape })
    guard height > 0, width > 0 else {
      throw GraftError(.invalidArgument, "\(name): height and width must be positive. Received: \(height), \(width).")
    }
    let shape = builder.graph[inputs[0]].shape
    let extent = Extent(height: height, width: width)
    if shape[0] >= height, shape[1] >= width { return try builder.appendCrop(of: self, inputs[0], to: extent) }
    return try builder.appendLargestWindow(of: self, inputs[0], resized: .init(to: extent, method: .bilinear))
  }

  package override var configuration: [String: JSONValue] {
    ["height": .int(height), "width": .int(width), "data_format": "channels_last"]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    try reader.requireChannelsLast()
    self.init(height: try reader.int("height"), width: try reader.int("width"), name: reader.name)
  }
}
