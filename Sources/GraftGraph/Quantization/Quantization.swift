internal import GraftCore

/// How a part of a network is computed with whole numbers of 8 bits: which part, in which scales, and how far that is from
/// floats.
///
/// Weights have a scale per output channel, taken from the weights themselves. Every value that a quantised layer reads has one
/// scale, found on pictures: see `Model.quantize`. The network keeps its weights as floats.
public struct Quantization: Sendable, Hashable, Codable {
  /// A value that is kept as whole numbers.
  public struct Value: Sendable, Hashable, Codable {
    /// The layer that makes it, and what it computes.
    public let name: String
    /// What a whole number is multiplied by.
    public let scale: Float
    /// Whether numbers go from −128 to 127 rather than from 0 to 255.
    public let isSigned: Bool
    /// The largest magnitude seen on the pictures; what lies above the scale's reach is cut off.
    public let largest: Float

    package init(name: String, scale: Float, isSigned: Bool, largest: Float) {
      self.name = name
      self.scale = scale
      self.isSigned = isSigned
      self.largest = largest
    }

    var format: NumberFormat { isSigned ? .int8(scale: scale) : .uint8(scale: scale) }
  }

  /// A quantised layer's result beside what floats give for the same pictures. What earlier layers lost is part of it.
  public struct LayerError: Sendable, Hashable, Codable {
    /// The layer's name.
    public let name: String
    /// What it computes.
    public let operation: String
    /// ‖quantised − float‖ / ‖float‖.
    public let relativeError: Double
    /// The scale of its result; nil if the result is floats.
    public let scale: Float?
    /// The largest magnitude of its result.
    public let largest: Float

    package init(name: String, operation: String, relativeError: Double, scale: Float?, largest: Float) {
      self.name = name
      self.operation = operation
      self.relativeError = relativeError
      self.scale = scale
      self.largest = largest
    }
  }

  /// How many pictures the scales come from.
  public let pictures: Int
  /// The values that are kept as whole numbers, in the order in which they are computed.
  public let values: [Value]
  /// The names of all operations of the quantised part.
  package let region: [String]
  /// The quantised layers, in the order in which they run.
  public package(set) var layers: [LayerError] = []
  /// How many pictures errors and similarity were measured on.
  public package(set) var comparedPictures = 0
  /// The mean, over pictures, of the cosine of the angle between quantised features and float ones.
  public package(set) var similarity = Double.nan
  /// The smallest of these cosines.
  public package(set) var leastSimilarity = Double.nan

  package init(pictures: Int, values: [Value], region: [String]) {
    self.pictures = pictures
    self.values = values
    self.region = region
  }

  /// A short text that differs wherever features may: precision and a digest of the part and its scales. Together with the
  /// weights and the network it says which features come out.
  public var tag: String {
    let lines = ["int8 1"] + region + values.map { "\($0.name) \($0.isSigned) \($0.scale.bitPattern)" }
    return "int8-" + SHA256Digest(of: Array(lines.joined(separator: "\n").utf8)).description.prefix(16)
  }

  /// The same for what is left of the part.
  func keeping(_ names: Set<String>) -> Quantization {
    var result = Quantization(pictures: pictures, values: values, region: region.filter(names.contains))
    result.layers = layers
    result.comparedPictures = comparedPictures
    result.similarity = similarity
    result.leastSimilarity = leastSimilarity
    return result
  }
}
