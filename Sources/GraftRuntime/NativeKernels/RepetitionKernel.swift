/// (x, y): the values repeated along axes of length 1.
struct RepetitionKernel: NativeKernel {
  let repetition: Repetition
  let batchSize: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let (x, y) = (memory.floats(0), memory.floats(1))
    var target = y
    for sample in 0..<batchSize {
      for row in repetition.rows {
        let source = x + sample * repetition.smallCount + row * repetition.smallColumns
        if repetition.smallColumns == repetition.columns {
          target.update(from: source, count: repetition.columns)
        } else {
          target.update(repeating: source[0], count: repetition.columns)
        }
        target += repetition.columns
      }
    }
  }
}

/// (dy, dx): the sums over all places where a value was used.
struct RepetitionSumKernel: NativeKernel {
  let repetition: Repetition
  let batchSize: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let (dy, dx) = (memory.floats(0), memory.floats(1))
    dx.update(repeating: 0, count: batchSize * repetition.smallCount)
    var source = dy
    for sample in 0..<batchSize {
      for row in repetition.rows {
        let target = dx + sample * repetition.smallCount + row * repetition.smallColumns
        if repetition.smallColumns == repetition.columns {
          for column in 0..<repetition.columns { target[column] += source[column] }
        } else {
          for column in 0..<repetition.columns { target[0] += source[column] }
        }
        source += repetition.columns
      }
    }
  }
}
