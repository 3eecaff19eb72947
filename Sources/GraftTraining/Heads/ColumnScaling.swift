internal import GraftCore
internal import GraftRuntime

/// Means and standard deviations of a table's columns: (x − mean) / deviation has mean 0 and deviation 1.
///
/// Definition: sklearn.preprocessing.StandardScaler. A column that is constant, but for rounding, is divided by 1.
struct ColumnScaling: Sendable {
  let means: [Double]
  let inverseDeviations: [Double]

  /// Looks at all rows of a matrix.
  init(_ features: Tensor) {
    let (rows, columns) = (features.shape[0], features.shape[1])
    var means = [Double](repeating: 0, count: columns)
    var squares = [Double](repeating: 0, count: columns)
    features.withUnsafeBufferPointer { values in
      Self.accumulate(values, rows, into: &means) { value, _ in value }
      for column in 0..<columns { means[column] /= Double(rows) }
      Self.accumulate(values, rows, into: &squares) { value, column in
        let distance = value - means[column]
        return distance * distance
      }
    }
    self.means = means
    inverseDeviations = zip(squares, means).map { sum, mean in
      let variance = sum / Double(rows)
      let rounding = Double(rows) * Double.ulpOfOne
      return variance <= rounding * variance + (rounding * mean) * (rounding * mean) ? 1 : 1 / variance.squareRoot()
    }
  }

  private static func accumulate(
    _ values: UnsafeBufferPointer<Float>, _ rows: Int, into sums: inout [Double], _ term: (Double, Int) -> Double
  ) {
    sums.withUnsafeMutableBufferPointer { sums in
      for row in 0..<rows {
        let start = row * sums.count
        for column in sums.indices { sums[column] += term(Double(values[start + column]), column) }
      }
    }
  }

  /// The standardised table, in single precision.
  func apply(_ features: Tensor) -> SampleMatrix {
    let (rows, columns) = (features.shape[0], features.shape[1])
    return features.withUnsafeBufferPointer { source in
      SampleMatrix(rows: rows, columns: columns) { destination in
        for row in 0..<rows {
          let start = row * columns
          for column in 0..<columns {
            destination[start + column] = Float(
              (Double(source[start + column]) - means[column]) * inverseDeviations[column])
          }
        }
      }
    }
  }

  /// Turns weights for standardised columns (a row per class, then intercepts) into weights for columns as they are: a row
  /// per column, as `Dense` has them, and offsets.
  func fold(
    _ parameters: UnsafePointer<Double>, classes: Int, kernel: UnsafeMutableBufferPointer<Double>,
    offsets: UnsafeMutableBufferPointer<Double>
  ) {
    guard let kernel = kernel.baseAddress, let offsets = offsets.baseAddress else { return }
    let columns = means.count
    means.withUnsafeBufferPointer { means in
      inverseDeviations.withUnsafeBufferPointer { inverses in
        for k in 0..<classes {
          let weights = parameters + k * columns
          var offset = parameters[classes * columns + k]
          var column = 0
          while column < columns {
            let weight = weights[column] * inverses[column]
            kernel[column &* classes &+ k] = weight
            offset -= weight * means[column]
            column &+= 1
          }
          offsets[k] = offset
        }
      }
    }
  }
}
