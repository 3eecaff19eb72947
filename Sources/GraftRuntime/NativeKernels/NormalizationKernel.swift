internal import GraftGraph

/// (x, affine, y): y = f(x · a + b) per channel, by the first two rows of `affine`, where f is the identity, relu or relu6.
struct NormalizationKernel: NativeKernel {
  let rows: Int
  let channels: Int
  let activation: Activation

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let x = memory[0].assumingMemoryBound(to: Float.self)
    let a = memory[1].assumingMemoryBound(to: Float.self)
    let y = memory[2].assumingMemoryBound(to: Float.self)
    let b = a + channels
    let floor: Float = activation == .linear ? -.infinity : 0
    let ceiling: Float = activation == .relu6 ? 6 : .infinity
    for row in 0..<rows {
      let (source, result) = (x + row * channels, y + row * channels)
      for channel in 0..<channels {
        // Not min and max: these spread a NaN, as Keras does, and make vectors.
        let value = source[channel] * a[channel] + b[channel]
        let raised = value < floor ? floor : value
        result[channel] = raised > ceiling ? ceiling : raised
      }
    }
  }
}
