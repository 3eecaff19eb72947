/// The largest magnitude in each channel. It does not depend on the order in which numbers come.
struct ChannelMaxima: Sendable {
  private(set) var values: [Float]

  init(channels: Int) { values = [Float](repeating: 0, count: channels) }

  /// Looks at the difference of two pictures.
  mutating func add(_ picture: UnsafeBufferPointer<Float>, minus other: UnsafeBufferPointer<Float>) {
    guard let first = picture.baseAddress, let second = other.baseAddress else { return }
    let (channels, count) = (values.count, picture.count)
    values.withUnsafeMutableBufferPointer { values in
      for start in stride(from: 0, to: count, by: channels) {
        for channel in 0..<channels {
          let difference = (first[start &+ channel] - second[start &+ channel]).magnitude
          values[channel] = difference > values[channel] ? difference : values[channel]
        }
      }
    }
  }

  /// Looks at what others saw.
  mutating func add(_ other: ChannelMaxima) {
    for index in values.indices { values[index] = max(values[index], other.values[index]) }
  }
}
