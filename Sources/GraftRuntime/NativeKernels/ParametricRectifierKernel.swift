/// (x, alpha, y): y = x for x > 0, else alpha · x; alpha is repeated.
struct ParametricRectifierKernel: NativeKernel {
  let repetition: Repetition
  let batchSize: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let (x, alpha, y) = (memory.floats(0), memory.floats(1), memory.floats(2))
    var place = 0
    for _ in 0..<batchSize {
      for row in repetition.rows {
        let slopes = alpha + row * repetition.smallColumns
        for column in 0..<repetition.columns {
          let value = x[place]
          y[place] = value > 0 ? value : slopes[repetition.smallColumns == 1 ? 0 : column] * value
          place += 1
        }
      }
    }
  }
}

/// (x, alpha, dy, dx, sums, dalpha): the gradients of both; sums are kept in double precision until all samples are in.
struct ParametricRectifierGradientKernel: NativeKernel {
  let repetition: Repetition
  let batchSize: Int
  let wantsParameter: Bool

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let (x, alpha, dy, dx) = (memory.floats(0), memory.floats(1), memory.floats(2), memory.floats(3))
    let sums = memory[4].assumingMemoryBound(to: Double.self)
    sums.update(repeating: 0, count: repetition.smallCount)
    var place = 0
    for _ in 0..<batchSize {
      for row in repetition.rows {
        let first = row * repetition.smallColumns
        for column in 0..<repetition.columns {
          let value = x[place]
          let parameter = first + (repetition.smallColumns == 1 ? 0 : column)
          // At 0 both halves of Keras's formula are flat.
          dx[place] = value > 0 ? dy[place] : value < 0 ? alpha[parameter] * dy[place] : 0
          if value < 0 { sums[parameter] += Double(dy[place]) * Double(value) }
          place += 1
        }
      }
    }
    guard wantsParameter else { return }
    let result = memory.floats(5)
    for index in 0..<repetition.smallCount { result[index] = Float(sums[index]) }
  }
}
