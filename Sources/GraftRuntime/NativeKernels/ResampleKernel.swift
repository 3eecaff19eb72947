internal import GraftGraph

/// (x, y): one axis at another length; what lies inside of the axis stays together.
struct ResampleKernel: NativeKernel {
  let table: ResampleTable
  let outer: Int
  let inputLength: Int
  let inner: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let (x, y) = (memory.floats(0), memory.floats(1))
    let outputLength = table.starts.count - 1
    for block in 0..<outer {
      for pixel in 0..<outputLength {
        let target = y + (block * outputLength + pixel) * inner
        target.update(repeating: 0, count: inner)
        for tap in table.starts[pixel]..<table.starts[pixel + 1] {
          let source = x + (block * inputLength + table.sources[tap]) * inner
          let weight = table.weights[tap]
          for index in 0..<inner { target[index] += weight * source[index] }
        }
      }
    }
  }
}

/// (dy, dx): the way back, each pixel's gradient to the pixels that made it.
struct ResampleGradientKernel: NativeKernel {
  let table: ResampleTable
  let outer: Int
  let inputLength: Int
  let inner: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let (dy, dx) = (memory.floats(0), memory.floats(1))
    let outputLength = table.starts.count - 1
    dx.update(repeating: 0, count: outer * inputLength * inner)
    for block in 0..<outer {
      for pixel in 0..<outputLength {
        let source = dy + (block * outputLength + pixel) * inner
        for tap in table.starts[pixel]..<table.starts[pixel + 1] {
          let target = dx + (block * inputLength + table.sources[tap]) * inner
          let weight = table.weights[tap]
          for index in 0..<inner { target[index] += weight * source[index] }
        }
      }
    }
  }
}
