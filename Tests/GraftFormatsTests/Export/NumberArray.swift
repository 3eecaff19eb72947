/// An array of doubles with NumPy's rules, for the interpreter.
struct NumberArray: Equatable {
  var shape: [Int]
  var values: [Double]

  init(shape: [Int], _ values: [Double]) {
    precondition(values.count == shape.reduce(1, *), "\(values.count) values for \(shape)")
    self.shape = shape
    self.values = values
  }

  init(shape: [Int], _ value: ([Int]) -> Double) {
    var index = [Int](repeating: 0, count: shape.count)
    var values: [Double] = []
    for _ in 0..<shape.reduce(1, *) {
      values.append(value(index))
      for axis in shape.indices.reversed() {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
      }
    }
    self.init(shape: shape, values)
  }

  subscript(index: [Int]) -> Double { values[zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 }] }

  func map(_ function: (Double) -> Double) -> NumberArray { NumberArray(shape: shape, values.map(function)) }

  /// Element by element; axes of length 1, and missing ones in front, repeat.
  func combined(_ other: NumberArray, _ function: (Double, Double) -> Double) -> NumberArray {
    let rank = max(shape.count, other.shape.count)
    func axes(_ shape: [Int]) -> [Int] { Array(repeating: 1, count: rank - shape.count) + shape }
    let (a, b) = (NumberArray(shape: axes(shape), values), NumberArray(shape: axes(other.shape), other.values))
    let result = zip(a.shape, b.shape).map(max)
    return NumberArray(shape: result) { index in
      func place(_ shape: [Int]) -> [Int] { zip(index, shape).map { $1 == 1 ? 0 : $0 } }
      return function(a[place(a.shape)], b[place(b.shape)])
    }
  }
}
