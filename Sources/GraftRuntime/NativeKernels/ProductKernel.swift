/// (x, factor, y): y = x · factor, the factor repeated where it is smaller.
struct ProductKernel: NativeKernel {
  let repetition: Repetition
  let batchSize: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    Self.multiply(
      memory[0].assumingMemoryBound(to: Float.self), memory[1].assumingMemoryBound(to: Float.self),
      into: memory[2].assumingMemoryBound(to: Float.self), repetition, batchSize)
  }

  /// y = x · factor for a whole batch; y may be x.
  static func multiply(
    _ x: UnsafeMutablePointer<Float>, _ factor: UnsafeMutablePointer<Float>, into y: UnsafeMutablePointer<Float>,
    _ repetition: Repetition, _ batchSize: Int
  ) {
    if repetition.isIdentity {
      for index in 0..<(batchSize * repetition.smallCount) { y[index] = x[index] * factor[index] }
      return
    }
    let columns = repetition.columns
    var place = 0
    for sample in 0..<batchSize {
      for row in repetition.rows {
        let factors = factor + sample * repetition.smallCount + row * repetition.smallColumns
        let (source, result) = (x + place, y + place)
        if repetition.smallColumns == columns {
          // Vectors by hand: in place, the compiler cannot know that they do not overlap.
          var column = 0
          while column + 8 <= columns {
            (SIMD8(source, column) * SIMD8(factors, column)).store(to: result, column)
            column += 8
          }
          while column < columns {
            result[column] = source[column] * factors[column]
            column += 1
          }
        } else {
          let only = factors[0]
          for column in 0..<columns { result[column] = source[column] * only }
        }
        place += columns
      }
    }
  }
}

/// (dy, x, dfactor): the sums of dy · x over all places where a factor was used.
struct ProductSumKernel: NativeKernel {
  let repetition: Repetition
  let batchSize: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let dy = memory[0].assumingMemoryBound(to: Float.self)
    let x = memory[1].assumingMemoryBound(to: Float.self)
    let result = memory[2].assumingMemoryBound(to: Float.self)
    result.update(repeating: 0, count: batchSize * repetition.smallCount)
    let columns = repetition.columns
    var place = 0
    for sample in 0..<batchSize {
      for row in repetition.rows {
        let sums = result + sample * repetition.smallCount + row * repetition.smallColumns
        let (left, right) = (dy + place, x + place)
        if repetition.smallColumns == columns {
          for column in 0..<columns { sums[column] += left[column] * right[column] }
        } else {
          var sum: Float = 0
          for column in 0..<columns { sum += left[column] * right[column] }
          sums[0] += sum
        }
        place += columns
      }
    }
  }
}
