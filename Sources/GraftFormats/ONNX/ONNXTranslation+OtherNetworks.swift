internal import GraftCore
internal import GraftGraph

extension ONNXTranslation {
  /// What networks of others are made of, besides what the zoo needs.
  mutating func translateOther(_ node: Node, _ id: NodeID) throws {
    switch node.operation {
    case .transposedConvolution(let transposed): translate(transposed, node, id)
    case .elementwise(let function):
      let order = commonOrder(of: node.inputs)
      let input = value(node.inputs[0], order)
      set(id, order, apply(function, to: input, name: node.name))
    case .parametricRectifier:
      let inputs = [value(node.inputs[0], .channelsLast), constant(node.parameters[0])]
      set(id, .channelsLast, onnx.add("PRelu", inputs, name: node.name))
    case .transpose(let order):
      let input = value(node.inputs[0], .channelsLast)
      set(
        id, .channelsLast,
        onnx.add("Transpose", [input], ["perm": .ints([0] + order.map { $0 + 1 })], name: node.name))
    case .resample(let resample): translate(resample, node, id)
    case .unitNormalization(let epsilon):
      let input = value(node.inputs[0], .channelsLast)
      let length = onnx.add("ReduceL2", [input], ["axes": .ints([-1]), "keepdims": .int(1)], name: node.name)
      let floored = onnx.add("Max", [length, scalar(epsilon.squareRoot())], name: node.name)
      set(id, .channelsLast, onnx.add("Div", [input, floored], name: node.name))
    case .repetition(let shape):
      // A length of 1 keeps what is there, as that of the batch.
      let lengths = onnx.add([1] + shape.dimensions, name: "\(node.name)/shape")
      let input = value(node.inputs[0], .channelsLast)
      set(id, .channelsLast, onnx.add("Expand", [input, lengths], name: node.name))
    case .maximum:
      let order = commonOrder(of: node.inputs)
      let operands = node.inputs.map { value($0, order) }
      set(id, order, onnx.add("Max", operands, name: node.name))
    case .matrixProduct(let transposesFirst, let transposesSecond):
      let operands = zip(node.inputs, [transposesFirst, transposesSecond]).map { input, isTransposed in
        let matrix = value(input, .channelsLast)
        return isTransposed ? onnx.add("Transpose", [matrix], ["perm": .ints([0, 2, 1])], name: node.name) : matrix
      }
      set(id, .channelsLast, onnx.add("MatMul", operands, name: node.name))
    case .trainingOnly:
      let order = commonOrder(of: node.inputs)
      set(id, order, value(node.inputs[0], order))
    default:
      throw GraftError(
        .unsupported,
        "Layer \"\(node.name)\" computes an operation that ONNX export does not know: \(node.operation).")
    }
  }

  private mutating func translate(_ transposed: TransposedConvolutionOperation, _ node: Node, _ id: NodeID) {
    let convolution = transposed.convolution
    let input = graph[node.inputs[0]].shape
    /// What is missing at the end of an axis.
    func rest(_ axis: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ padding: Int) -> Int {
      node.shape[axis] - ((input[axis] - 1) * stride + (kernel - 1) * dilation + 1 - padding)
    }
    let (size, strides, dilations) = (convolution.kernelSize, convolution.strides, convolution.dilations)
    let padding = convolution.padding
    let kernel = constant(node.parameters[0], form: "transposed") { $0.outputFirstKernel }
    let result = onnx.add(
      "ConvTranspose", [value(node.inputs[0], .channelsFirst), kernel],
      [
        "kernel_shape": .ints([size.height, size.width]), "strides": .ints([strides.height, strides.width]),
        "dilations": .ints([dilations.height, dilations.width]), "pads": .ints(padding.onnx),
        "output_padding": .ints([
          rest(0, size.height, strides.height, dilations.height, padding.top + padding.bottom),
          rest(1, size.width, strides.width, dilations.width, padding.left + padding.right),
        ]),
      ], name: node.name)
    set(id, .channelsFirst, result)
  }

  /// Every way of resizing is a product with a matrix of weights from each side: ONNX's own have no common idea of them.
  private mutating func translate(_ resample: ResampleOperation, _ node: Node, _ id: NodeID) {
    let input = graph[node.inputs[0]].shape
    func matrix(_ axis: Int) -> Tensor {
      let table = resample.table(from: input[axis], to: node.shape[axis])
      var result = Tensor(zeros: [node.shape[axis], input[axis]])
      for pixel in 0..<node.shape[axis] {
        for tap in table.starts[pixel]..<table.starts[pixel + 1] {
          result[pixel, table.sources[tap]] += table.weights[tap]
        }
      }
      return result
    }
    let rows = onnx.add(matrix(0), name: "\(node.name)/rows")
    let columns = onnx.add(matrix(1), name: "\(node.name)/columns")
    let turned = onnx.add("Transpose", [columns], ["perm": .ints([1, 0])], name: node.name)
    let wide = onnx.add("MatMul", [value(node.inputs[0], .channelsFirst), turned], name: node.name)
    set(id, .channelsFirst, onnx.add("MatMul", [rows, wide], name: node.name))
  }

  private mutating func apply(_ function: ElementwiseOperation, to x: String, name: String) -> String {
    switch function {
    case .exponentialLinear(let alpha): return onnx.add("Elu", [x], ["alpha": .float(alpha)], name: name)
    case .rectifier(nil, let slope, threshold: 0):
      return onnx.add("LeakyRelu", [x], ["alpha": .float(slope)], name: name)
    case .rectifier(let maximum?, slope: 0, threshold: 0):
      return onnx.add("Clip", [x, scalar(0), scalar(maximum)], name: name)
    case .rectifier(let maximum, let slope, let threshold):
      let isAbove = onnx.add("Greater", [x, scalar(threshold)], name: name)
      let above = maximum.map { onnx.add("Min", [x, scalar($0)], name: name) } ?? x
      let shifted = onnx.add("Sub", [x, scalar(threshold)], name: name)
      let below = onnx.add("Mul", [shifted, scalar(slope)], name: name)
      return onnx.add("Where", [isAbove, above, below], name: name)
    }
  }
}
