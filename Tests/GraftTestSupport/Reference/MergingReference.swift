internal import GraftCore

/// The sum of values of one shape.
package struct AddReference: ReferenceOperation {
  package init() {}

  package func result(_ operands: [ReferenceArray]) -> ReferenceArray {
    var sum = operands[0]
    for operand in operands.dropFirst() {
      for index in sum.elements.indices { sum.elements[index] += operand.elements[index] }
    }
    return sum
  }

  package func gradients(_ operands: [ReferenceArray], upstream: ReferenceArray) -> [ReferenceArray] {
    operands.map { _ in upstream }
  }
}

/// Values side by side along an axis, the batch being axis 0.
package struct ConcatenateReference: ReferenceOperation {
  private let axis: Int

  package init(axis: Int) { self.axis = axis }

  package func result(_ operands: [ReferenceArray]) -> ReferenceArray {
    var shape = operands[0].shape
    shape.dimensions[axis] = operands.reduce(0) { $0 + $1.shape[axis] }
    var y = ReferenceArray(zeros: shape)
    for (operand, places) in zip(operands, places(operands)) {
      for (element, place) in places.enumerated() { y.elements[place] = operand.elements[element] }
    }
    return y
  }

  package func gradients(_ operands: [ReferenceArray], upstream: ReferenceArray) -> [ReferenceArray] {
    zip(operands, places(operands)).map { operand, places in
      ReferenceArray(shape: operand.shape, places.map { upstream.elements[$0] })
    }
  }

  /// For every element of every operand its place in the result.
  private func places(_ operands: [ReferenceArray]) -> [[Int]] {
    let inner = operands[0].shape.dimensions.dropFirst(axis + 1).reduce(1, *)
    let total = operands.reduce(0) { $0 + $1.shape[axis] }
    var offset = 0
    return operands.map { operand in
      let length = operand.shape[axis]
      defer { offset += length }
      return operand.elements.indices.map { index in
        let (outer, rest) = index.quotientAndRemainder(dividingBy: length * inner)
        return (outer * total + offset) * inner + rest
      }
    }
  }
}
