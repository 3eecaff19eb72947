extension Preprocessing {
  /// The preprocessing as models keep it.
  package var configuration: JSONValue {
    [
      "name": .string(name), "channel_order": .string(channelOrder.rawValue), "divisor": .number(Double(divisor)),
      "mean": .array(mean.map { .number(Double($0)) }), "deviation": .array(deviation.map { .number(Double($0)) }),
    ]
  }

  /// Reads what `configuration` gave.
  ///
  /// - Throws: `GraftError.corrupt` if it holds anything else.
  package init(configuration: JSONValue) throws {
    func floats(_ key: String) -> [Float]? { configuration[key]?.array?.compactMap { $0.double.map { Float($0) } } }
    guard let order = configuration["channel_order"]?.string.flatMap(ChannelOrder.init(rawValue:)),
      let divisor = configuration["divisor"]?.double, let mean = floats("mean"), let deviation = floats("deviation")
    else { throw GraftError(.corrupt, "The preprocessing cannot be read: \(configuration).") }
    try self.init(channelOrder: order, divisor: Float(divisor), mean: mean, deviation: deviation)
  }
}
