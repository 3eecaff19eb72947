/// (x, y): every row divided by its length, which is taken for √epsilon at least.
struct UnitNormalizationKernel: NativeKernel {
  let rows: Int
  let columns: Int
  let epsilon: Float

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let (x, y) = (memory.floats(0), memory.floats(1))
    for row in 0..<rows {
      let (source, target) = (x + row * columns, y + row * columns)
      let scale = 1 / max(Self.squares(source, columns), Double(epsilon)).squareRoot()
      for column in 0..<columns { target[column] = Float(Double(source[column]) * scale) }
    }
  }

  static func squares(_ row: UnsafeMutablePointer<Float>, _ columns: Int) -> Double {
    var sum = 0.0
    for column in 0..<columns { sum += Double(row[column]) * Double(row[column]) }
    return sum
  }
}

/// (x, dy, dx): (dy − y (y · dy)) / length, or dy / √epsilon for a shorter row.
struct UnitNormalizationGradientKernel: NativeKernel {
  let rows: Int
  let columns: Int
  let epsilon: Float

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let (x, dy, dx) = (memory.floats(0), memory.floats(1), memory.floats(2))
    for row in 0..<rows {
      let place = row * columns
      let squares = UnitNormalizationKernel.squares(x + place, columns)
      let scale = 1 / max(squares, Double(epsilon)).squareRoot()
      var product = 0.0
      if squares > Double(epsilon) {
        for column in place..<(place + columns) { product += Double(x[column]) * Double(dy[column]) }
      }
      for column in place..<(place + columns) {
        dx[column] = Float((Double(dy[column]) - Double(x[column]) * product * scale * scale) * scale)
      }
    }
  }
}
