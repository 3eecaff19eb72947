extension Preprocessing: Codable {
  private enum CodingKeys: String, CodingKey { case channelOrder, divisor, mean, deviation }

  /// Reads a preprocessing and checks it as `init(channelOrder:divisor:mean:deviation:)` does.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      channelOrder: container.decode(ChannelOrder.self, forKey: .channelOrder),
      divisor: container.decode(Float.self, forKey: .divisor), mean: container.decode([Float].self, forKey: .mean),
      deviation: container.decode([Float].self, forKey: .deviation))
  }

  /// Writes the numbers.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(channelOrder, forKey: .channelOrder)
    try container.encode(divisor, forKey: .divisor)
    try container.encode(mean, forKey: .mean)
    try container.encode(deviation, forKey: .deviation)
  }
}
