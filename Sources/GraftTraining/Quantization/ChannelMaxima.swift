/// The largest magnitude in each channel. It does not depend on the order in which numbers come.
struct ChannelMaxima: Sendable {
  private(set) var values: [Float]

  init(channels: Int) { values = [Float](repeating: 0, count: channels) }

  /// Looks at the difference of two pictures.
  mutating func add(_ picture: UnsafeBufferPointer<Float>, minus other: UnsafeBufferPointer<Float>) {
    let channels = values.count
    values.withUnsafeMutableBufferPointer { values in
      for start in stride(from: 0, to: picture.count, by: channels) {
        for channel in 0..<channels {
          values[channel] = max(values[channel], abs(picture[start + channel] - other[start + channel]))
        }
      }
    }
  }

  /// Looks at what others saw.
  mutating func add(_ other: ChannelMaxima) {
    for index in values.indices { values[index] = max(values[index], other.values[index]) }
  }
}
