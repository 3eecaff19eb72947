/// (values, scale, result): result ← values · scale, where the last axes of the values are the scale's. In place if result
/// and values are one.
struct ChannelScaleKernel: NativeKernel {
  let count: Int
  let channels: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let (values, scale, result) = (memory.floats(0), memory.floats(1), memory.floats(2))
    for start in stride(from: 0, to: count, by: channels) {
      let (source, target) = (values + start, result + start)
      for channel in 0..<channels { target[channel] = source[channel] * scale[channel] }
    }
  }
}

/// (bias, scale, offset, result): result ← bias · scale + offset.
struct ChannelAffineKernel: NativeKernel {
  let channels: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let (bias, scale, offset, result) = (memory.floats(0), memory.floats(1), memory.floats(2), memory.floats(3))
    for channel in 0..<channels { result[channel] = bias[channel] * scale[channel] + offset[channel] }
  }
}
