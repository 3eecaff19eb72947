internal import GraftCore

/// The product of values, each repeated along axes in which it has the length 1.
package struct ProductReference: ReferenceOperation {
  package init() {}

  package func result(_ operands: [ReferenceArray]) -> ReferenceArray {
    var y = ReferenceArray(zeros: shape(operands))
    for index in y.elements.indices {
      y.elements[index] = operands.reduce(1) { $0 * $1.elements[place(index, y.shape, $1.shape)] }
    }
    return y
  }

  package func gradients(_ operands: [ReferenceArray], upstream: ReferenceArray) -> [ReferenceArray] {
    operands.indices.map { which in
      var result = ReferenceArray(zeros: operands[which].shape)
      for (index, dy) in upstream.elements.enumerated() {
        let others = operands.indices.filter { $0 != which }.reduce(1.0) {
          $0 * operands[$1].elements[place(index, upstream.shape, operands[$1].shape)]
        }
        result.elements[place(index, upstream.shape, operands[which].shape)] += dy * others
      }
      return result
    }
  }

  private func shape(_ operands: [ReferenceArray]) -> Shape {
    Shape(operands[0].shape.dimensions.indices.map { axis in operands.map { $0.shape[axis] }.max() ?? 1 })
  }

  /// Where an operand has its factor of an element of the result.
  private func place(_ index: Int, _ result: Shape, _ operand: Shape) -> Int {
    var rest = index
    var place = 0
    var stride = 1
    for (length, own) in zip(result.dimensions, operand.dimensions).reversed() {
      if own > 1 { place += rest % length * stride }
      rest /= length
      stride *= own
    }
    return place
  }
}
