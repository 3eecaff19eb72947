internal import GraftCore

/// How a part of a network is computed with whole numbers of 8 bits: which part, in which scales, and how far that is from
/// floats.
///
/// Weights have a scale per output channel, taken from the weights themselves. Every value that a quantised layer reads has
/// scales found on pictures: see `Model.quantize`. The network keeps its weights as floats.
public struct Quantization: Sendable, Hashable, Codable {
  /// A value that is kept as whole numbers.
  public struct Value: Sendable, Hashable, Codable {
    /// The layer that makes it, and what it computes.
    public let name: String
    /// What a whole number is multiplied by.
    public let scale: Float
    /// What it is multiplied by besides, one number per channel; empty if channels do not differ.
    public internal(set) var channels: [Float]
    /// The mean of each channel over the pictures; empty if it is not known.
    public internal(set) var means: [Float]
    /// Whether numbers go from −128 to 127 rather than from 0 to 255.
    public let isSigned: Bool
    /// The largest magnitude seen on the pictures; what lies above a scale's reach is cut off.
    public let largest: Float
    /// Of a sum: the largest magnitude of what is added to the earlier value, in units of the channels' scales. Graft itself rounds
    /// the sum alone; programs that round what is added, too, need to know. nil if this is no sum.
    public let addend: Float?

    /// In files: how many channels' scales and means there are elsewhere.
    var counts: [Int]?

    package init(
      name: String, scale: Float, channels: [Float] = [], means: [Float] = [], isSigned: Bool, largest: Float,
      addend: Float? = nil
    ) {
      self.name = name
      self.scale = scale
      self.channels = channels
      self.means = means
      self.isSigned = isSigned
      self.largest = largest
      self.addend = addend
    }

    /// The same with one scale for all channels, which reaches as far as the farthest of theirs.
    var withoutChannels: Value {
      Value(
        name: name, scale: scale * (channels.max() ?? 1), means: means, isSigned: isSigned, largest: largest,
        addend: addend.map { $0 * (channels.max() ?? 1) })
    }

    /// Whether there is one number for each channel, or none.
    func fits(channels count: Int) -> Bool {
      [channels, means].allSatisfy { $0.isEmpty || $0.count == count }
    }

    func named(_ name: String) -> Value {
      Value(
        name: name, scale: scale, channels: channels, means: means, isSigned: isSigned, largest: largest, addend: addend
      )
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

    /// The signal-to-noise ratio in decibels, −20 log₁₀ of the relative error.
    public var signalToNoise: Double { -20 * Double.log10(relativeError) }

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
  public package(set) var similarity = 0.0
  /// The smallest of these cosines.
  public package(set) var leastSimilarity = 0.0

  package init(pictures: Int, values: [Value], region: [String]) {
    self.pictures = pictures
    self.values = values
    self.region = region
  }

  /// A short name for reports: precision, and a digest of the part and its scales.
  public var tag: String {
    // As arrays describe themselves, but faster by an order of magnitude.
    func bits(_ numbers: [Float]) -> String {
      "[" + numbers.map { String($0.bitPattern) }.joined(separator: ", ") + "]"
    }
    let lines =
      ["int8 1"] + region
      + values.map { "\($0.name) \($0.isSigned) \($0.scale.bitPattern) \(bits($0.channels)) \(bits($0.means))" }
    return "int8-" + SHA256Digest(of: Array(lines.joined(separator: "\n").utf8)).description.prefix(16)
  }

  /// All channels' scales and means, in the order of the values: what a file keeps as a tensor.
  package var channelNumbers: [Float] { values.flatMap { $0.channels + $0.means } }

  /// The same without them, with their counts in their place.
  package var withoutChannelNumbers: Quantization {
    replacingValues { value in
      var value = value
      value.counts = [value.channels.count, value.means.count]
      (value.channels, value.means) = ([], [])
      return value
    }
  }

  /// The same with them.
  ///
  /// - Returns: nil if there are not as many as there should be.
  package func with(channelNumbers: [Float]) -> Quantization? {
    var rest = channelNumbers[...]
    func take(_ count: Int) -> [Float] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    let counts = values.flatMap { $0.counts ?? [] }
    // None is larger than all, so that their sum can be counted.
    guard counts.count <= 1 << 20, counts.allSatisfy({ (0...rest.count).contains($0) }),
      counts.reduce(0, +) == rest.count
    else { return nil }
    return replacingValues { value in
      var value = value
      guard let counts = value.counts, counts.count == 2 else { return value }
      value.channels = take(counts[0])
      value.means = take(counts[1])
      value.counts = nil
      return value
    }
  }

  private func replacingValues(_ change: (Value) -> Value) -> Quantization {
    replacing(values: values.map(change), region: region)
  }

  private func replacing(values: [Value], region: [String]) -> Quantization {
    var result = Quantization(pictures: pictures, values: values, region: region)
    result.layers = layers
    result.comparedPictures = comparedPictures
    result.similarity = similarity
    result.leastSimilarity = leastSimilarity
    return result
  }

  /// The same for a network with another layer, computed with floats, between the input and all that read it.
  package func reading(layer name: String, in graph: Graph, not input: String) -> Quantization {
    let added = zip(graph.nodes, graph.nodeNames).filter { $0.0.name == name }.map(\.1)
    let front = graph.frozen().optimizedForInference()
    let result = front.ids.last { front[$0].name == name }.map { front.valueNames[$0.index] }
    let old = "\(input): \(Operation.input.summary)"
    return replacing(
      values: values.map { value in value.name == old ? value.named(result ?? old) : value }, region: region + added)
  }

  /// The same for what is left of the part.
  func keeping(_ names: Set<String>) -> Quantization {
    replacing(values: values, region: region.filter(names.contains))
  }
}
