internal import GraftCore
package import GraftGraph

/// Pooling of (batch, height, width, channels) by windows; what lies beyond the border does not count.
package struct WindowPoolingReference: ReferenceOperation {
  private let pooling: PoolingOperation

  package init(_ pooling: PoolingOperation) { self.pooling = pooling }

  package func result(_ operands: [ReferenceArray]) -> ReferenceArray {
    let x = operands[0]
    var y = ReferenceArray(zeros: resultShape(x.shape))
    for index in y.elements.indices {
      let values = window(of: index, x.shape, y.shape).map { x.elements[$0] }
      switch pooling.kind {
      case .average: y.elements[index] = values.reduce(0, +) / Double(values.count)
      case .max: y.elements[index] = values.max() ?? -.infinity
      }
    }
    return y
  }

  package func gradients(_ operands: [ReferenceArray], upstream: ReferenceArray) -> [ReferenceArray] {
    let x = operands[0]
    var result = ReferenceArray(zeros: x.shape)
    for (index, dy) in upstream.elements.enumerated() {
      let places = window(of: index, x.shape, upstream.shape)
      switch pooling.kind {
      case .average: for place in places { result.elements[place] += dy / Double(places.count) }
      case .max:
        if let largest = places.max(by: { x.elements[$0] < x.elements[$1] }) { result.elements[largest] += dy }
      }
    }
    return [result]
  }

  private func resultShape(_ input: Shape) -> Shape {
    func length(_ axis: Int, _ zeros: Int, _ window: Int, _ stride: Int) -> Int {
      (input[axis] + zeros - window) / stride + 1
    }
    let padding = pooling.padding
    return [
      input[0], length(1, padding.top + padding.bottom, pooling.window.height, pooling.strides.height),
      length(2, padding.left + padding.right, pooling.window.width, pooling.strides.width), input[3],
    ]
  }

  /// The places of the picture that an element of the result comes from.
  private func window(of index: Int, _ input: Shape, _ output: Shape) -> [Int] {
    let channel = index % output[3]
    let column = index / output[3] % output[2]
    let row = index / (output[3] * output[2]) % output[1]
    let sample = index / (output[3] * output[2] * output[1])
    let top = row * pooling.strides.height - pooling.padding.top
    let left = column * pooling.strides.width - pooling.padding.left
    var places: [Int] = []
    for y in max(top, 0)..<min(top + pooling.window.height, input[1]) {
      for x in max(left, 0)..<min(left + pooling.window.width, input[2]) {
        places.append(((sample * input[1] + y) * input[2] + x) * input[3] + channel)
      }
    }
    return places
  }
}
