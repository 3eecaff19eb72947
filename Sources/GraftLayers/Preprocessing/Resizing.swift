package import GraftCore
package import GraftGraph

/// A picture at another size: keras.layers.Resizing. It works in training and after it.
public final class Resizing: Layer {
  /// What becomes of pictures of other proportions.
  public enum AspectRatio: Sendable, Hashable {
    /// They are stretched.
    case ignored
    /// What does not fit is cut off.
    case cropped
    /// What is missing is filled with a value.
    case padded(with: Float)
  }

  /// The result's height.
  public let height: Int
  /// The result's width.
  public let width: Int
  /// How pixels between pixels are made.
  public let interpolation: Interpolation
  /// What becomes of pictures of other proportions.
  public let aspectRatio: AspectRatio
  /// Whether a smaller picture takes in all pixels that lie between.
  public let antialias: Bool

  /// Makes a resizing with Keras's defaults.
  public init(
    height: Int, width: Int, interpolation: Interpolation = .bilinear, aspectRatio: AspectRatio = .ignored,
    antialias: Bool = false, name: String? = nil
  ) {
    self.height = height
    self.width = width
    self.interpolation = interpolation
    self.aspectRatio = aspectRatio
    self.antialias = antialias
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    _ = try pictureChannels(inputs.map { builder.graph[$0].shape })
    guard height > 0, width > 0 else {
      throw GraftError(.invalidArgument, "\(name): height and width must be positive. Received: \(height), \(width).")
    }
    let shape = builder.graph[inputs[0]].shape
    let resample = ResampleOperation(
      to: Extent(height: height, width: width), method: interpolation.method, antialiases: antialias)
    switch aspectRatio {
    case .ignored: return try builder.append(.resample(resample), of: self, inputs)
    case .cropped: return try builder.appendLargestWindow(of: self, inputs[0], resized: resample)
    case .padded(let value):
      return try builder.append(.resample(resample), of: self, [padded(inputs[0], shape, value, into: &builder)])
    }
  }

  /// The picture in the middle of one of the wanted proportions.
  private func padded(_ input: NodeID, _ shape: Shape, _ value: Float, into builder: inout GraphBuilder) throws
    -> NodeID
  {
    // As Keras computes it: half of what is missing, rounded down, at both ends.
    let top = (max(shape[0], Int(Float(shape[1] * height) / Float(width))) - shape[0]) / 2
    let left = (max(shape[1], Int(Float(shape[0] * width) / Float(height))) - shape[1]) / 2
    func shifted(_ node: NodeID, by offset: Float) throws -> NodeID {
      offset == 0 ? node : try builder.append(.rescaling(scale: 1, offset: offset), of: self, [node])
    }
    let sides = Padding(top: top, bottom: top, left: left, right: left)
    let zeros = try builder.append(.zeroPadding(sides), of: self, [try shifted(input, by: -value)])
    return try shifted(zeros, by: value)
  }

  package override var configuration: [String: JSONValue] {
    var fill: Float = 0
    if case .padded(let value) = aspectRatio { fill = value }
    return [
      "height": .int(height), "width": .int(width), "interpolation": .string(interpolation.rawValue),
      "crop_to_aspect_ratio": .bool(aspectRatio == .cropped),
      "pad_to_aspect_ratio": .bool(aspectRatio == .padded(with: fill)), "fill_mode": "constant",
      "fill_value": .number(fill.shortest), "antialias": .bool(antialias), "data_format": "channels_last",
    ]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    try reader.requireChannelsLast()
    let crops = try reader.bool("crop_to_aspect_ratio", default: false)
    let pads = try reader.bool("pad_to_aspect_ratio", default: false)
    guard !pads || reader["fill_mode"]?.string ?? "constant" == "constant" else {
      throw reader.error("fill_mode", expected: "constant")
    }
    self.init(
      height: try reader.int("height"), width: try reader.int("width"),
      interpolation: try reader.interpolation(default: .bilinear),
      aspectRatio: crops
        ? .cropped : pads ? .padded(with: Float(try reader.number("fill_value", default: 0))) : .ignored,
      antialias: try reader.bool("antialias", default: false), name: reader.name)
  }
}

extension Shape {
  /// The largest window of a picture that has the proportions of a size, as Keras computes it.
  fileprivate func fitting(height: Int, width: Int) -> Extent {
    Extent(
      height: max(min(self[0], Int(Float(self[1] * height) / Float(width))), 1),
      width: max(min(self[1], Int(Float(self[0] * width) / Float(height))), 1))
  }
}

extension GraphBuilder {
  /// The largest window in the middle of a picture that has the proportions of a size, at that size.
  mutating func appendLargestWindow(of layer: Layer, _ input: NodeID, resized resample: ResampleOperation) throws
    -> NodeID
  {
    let window = graph[input].shape.fitting(height: resample.extent.height, width: resample.extent.width)
    return try append(.resample(resample), of: layer, [appendCrop(of: layer, input, to: window)])
  }

  /// The middle of a picture. Where as much cannot go on both sides, the odd row or column goes at the end.
  mutating func appendCrop(of layer: Layer, _ input: NodeID, to extent: Extent) throws -> NodeID {
    let shape = graph[input].shape
    let (top, left) = ((shape[0] - extent.height) / 2, (shape[1] - extent.width) / 2)
    return try append(
      .cropping(
        Padding(
          top: top, bottom: shape[0] - extent.height - top, left: left, right: shape[1] - extent.width - left)),
      of: layer, [input])
  }
}
