internal import GraftCore
internal import GraftGraph

/// What networks from elsewhere compute, with operations that all readers of both formats know.
extension ProgramTranslation {
  mutating func translate(_ function: ElementwiseOperation, _ node: Node) throws -> Int {
    switch function {
    case .rectifier(let maximum, let slope, let threshold):
      guard threshold != 0 else {
        return program.rectify(value(node), maximum: maximum, slope: slope, name: node.name)
      }
      // A limit below the threshold would begin at once, at another place.
      guard maximum.map({ $0 > threshold }) ?? true, TensorProgram.thresholds.contains(threshold) else {
        throw unknown(node)
      }
      return program.rectify(
        value(node), maximum: maximum, slope: slope, threshold: threshold, name: node.name)
    case .exponentialLinear(let alpha):
      return program.exponentialLinear(value(node), alpha: alpha, name: node.name)
    }
  }

  mutating func translateParametricRectifier(_ node: Node) -> Int {
    let alpha = graph[node.parameters[0]]
    return program.rectify(value(node), slopes: alpha.value, name: node.name, slopesName: alpha.name)
  }

  /// A picture at another size: along each axis every pixel of the result is a sum of weighted pixels, which is a product
  /// with a matrix. So every method is the one that Graft computes, whatever TensorFlow's own operations take it for.
  ///
  /// - Throws: `GraftError.unsupported` if a matrix would be larger than any picture needs.
  mutating func translate(_ resample: ResampleOperation, _ node: Node) throws -> Int {
    let picture = program.values[value(node)].shape
    let (height, width, channels) = (picture[0], picture[1], picture[2])
    let (rowsArea, columnsArea) = (height * resample.extent.height, width * resample.extent.width)
    guard max(rowsArea, columnsArea) <= TensorProgram.largestPicture else { throw tooLarge(node) }
    // Rows × channels × columns, channels × new columns × rows, channels × new columns × new rows.
    var x = transpose(value(node), [0, 2, 1], node.name)
    let columns = resample.table(from: width, to: resample.extent.width)
    x = multiply(x, columns.matrix(from: width), shape: [height, channels, resample.extent.width], "columns", node)
    x = transpose(x, [1, 2, 0], node.name)
    let rows = resample.table(from: height, to: resample.extent.height)
    x = multiply(
      x, rows.matrix(from: height), shape: [channels, resample.extent.width, resample.extent.height], "rows", node)
    return transpose(x, [2, 1, 0], node.name)
  }

  /// Axes in another order.
  mutating func transpose(_ x: Int, _ order: [Int], _ name: String) -> Int {
    let shape = program.values[x].shape
    return program.step(.transpose(order), [x], shape: Shape(order.map { shape[$0] }), name: "\(name)/transposed")
  }

  /// A picture's last axis times a matrix: a convolution of single pixels.
  private mutating func multiply(_ x: Int, _ matrix: Tensor, shape: Shape, _ what: String, _ node: Node) -> Int {
    var operands = [x, program.constant(dialect.matrix(matrix, rank: 3), name: "\(node.name)/\(what)")]
    if dialect == .tflite { operands.append(program.constant(Tensor(zeros: [shape[2]]), name: "\(node.name)/zeros")) }
    return program.step(
      .convolution(.init(strides: Extent(1), isSame: false)), operands, shape: shape, name: "\(node.name)/\(what)")
  }

  /// The same values along axes in which there is one, side by side.
  mutating func translateRepetition(to shape: Shape, _ node: Node) throws -> Int {
    var x = value(node)
    // From the last axis on, as long as values are small.
    for axis in (0..<shape.rank).reversed() where program.values[x].shape[axis] != shape[axis] {
      guard shape[axis] <= TensorProgram.mostOperands else { throw tooLarge(node) }
      var dimensions = program.values[x].shape.dimensions
      dimensions[axis] = shape[axis]
      x = program.step(
        .concatenate(axis: axis), [Int](repeating: x, count: shape[axis]), shape: Shape(dimensions),
        name: "\(node.name)/repeated")
    }
    return x
  }
}

extension TensorProgram {
  /// min(x, maximum) for x > 0, else slope · x.
  fileprivate mutating func rectify(_ x: Int, maximum: Float?, slope: Float, name: String) -> Int {
    let result: Int
    switch maximum {
    case nil: result = apply(.relu, to: x, name: name)
    case 6: result = apply(.relu6, to: x, name: name)
    case 0: result = times(apply(.relu, to: x, name: name), 0, name)
    case let maximum?:
      // The one limit that both formats have, of what is so many times as large.
      let limited = apply(.relu6, to: times(x, 6 / maximum, name), name: name)
      result = times(limited, maximum / 6, name)
    }
    return slope == 0 ? result : binary(.add, result, times(negativePart(x, name), -slope, name), name)
  }

  /// Those whose distance from the next larger number is large enough for `rectify`.
  fileprivate static let thresholds: ClosedRange<Float> = 0x1p-70...(.greatestFiniteMagnitude)

  /// min(x, maximum) for x > threshold > 0, else slope · (x − threshold).
  fileprivate mutating func rectify(
    _ x: Int, maximum: Float?, slope: Float, threshold: Float, name: String
  ) -> Int {
    let beyond = binary(.add, x, scalar(-threshold), name)
    // 1 where x is larger and else 0, without a comparison, which would have a kind of numbers of its own: the least difference
    // of two numbers is so large then that the limit of 6 is reached.
    let isLarger = times(apply(.relu6, to: times(beyond, 0x1p100, name), name: name), 1 / 6, name)
    let result = binary(
      .multiply, isLarger, rectify(x, maximum: maximum, slope: 0, name: name), name)
    return slope == 0 ? result : binary(.add, result, times(negativePart(beyond, name), -slope, name), name)
  }

  /// x for x > 0, else a slope of its own times x.
  ///
  /// - Parameter slopes: As many axes as a sample has; of length 1 where all along it have the same.
  mutating func rectify(_ x: Int, slopes: Tensor, name: String, slopesName: String) -> Int {
    let negated = constant(Tensor(shape: slopes.shape, slopes.elements.map { -$0 }), name: slopesName)
    let positive = apply(.relu, to: x, name: name)
    return binary(.add, positive, binary(.multiply, negativePart(x, name), negated, name), name)
  }

  /// x for x > 0, else α (eˣ − 1).
  fileprivate mutating func exponentialLinear(_ x: Int, alpha: Float, name: String) -> Int {
    if alpha == 1 { return apply(.elu, to: x, name: name) }
    let smaller = times(negativePart(x, name), -1, name)
    let curve = times(apply(.elu, to: smaller, name: name), alpha, name)
    return binary(.add, apply(.relu, to: x, name: name), curve, name)
  }

  /// −x where x is negative, else 0.
  private mutating func negativePart(_ x: Int, _ name: String) -> Int {
    apply(.relu, to: times(x, -1, name), name: name)
  }

  private mutating func times(_ x: Int, _ scale: Float, _ name: String) -> Int {
    binary(.multiply, x, scalar(scale), name)
  }
}

extension ResampleTable {
  /// The table as a matrix: what is multiplied with it from the left is a row of as many pixels.
  fileprivate func matrix(from input: Int) -> Tensor {
    let output = starts.count - 1
    return Tensor(shape: [input, output]) { elements in
      elements.initialize(repeating: 0)
      for pixel in 0..<output {
        for tap in starts[pixel]..<starts[pixel + 1] { elements[sources[tap] * output + pixel] += weights[tap] }
      }
    }
  }
}
