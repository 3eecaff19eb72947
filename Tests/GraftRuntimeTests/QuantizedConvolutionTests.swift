import GraftCore
import GraftGraph
import GraftRuntime
import GraftTestSupport
import Testing

/// Convolutions and matrix products of whole numbers, against a plain one in Swift.
///
/// The reference sums whole numbers exactly and does the rest in double precision; kernels do it in floats. So a result that
/// lies nearly between two whole numbers may be rounded either way: at most 1 apart, and seldom.
@Suite struct QuantizedConvolutionTests {
  /// What is computed, and on what.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var input: Shape = [9, 8, 16]
    var kernelSize = Extent(1)
    var strides = Extent(1)
    var padding = Padding()
    var groups = 1
    var filters = 24
    var isDepthwise = false
    var activation = Activation.linear
    var source = NumberFormat.uint8(scale: 0.02)
    var residual: NumberFormat?
    var result = NumberFormat.int8(scale: 0.05)

    var testDescription: String { name }

    var convolution: ConvolutionOperation {
      var convolution = ConvolutionOperation(
        kernelSize: kernelSize, strides: strides, padding: padding, groups: groups, filters: filters,
        isDepthwise: isDepthwise, hasBias: true)
      convolution.activation = activation
      convolution.addsResidual = residual != nil
      return convolution
    }
  }

  static let cases = [
    Case(name: "pointwise, u8 to s8"),
    Case(
      name: "pointwise, s8 to u8, relu6", activation: .relu6, source: .int8(scale: 0.03), result: .uint8(scale: 0.0235)),
    Case(name: "relu6 with a limit above 6", activation: .relu6, result: .uint8(scale: 0.05)),
    Case(name: "relu as the limit", activation: .relu, result: .uint8(scale: 0.01)),
    Case(name: "to floats", result: .float32),
    Case(name: "swish to s8", activation: .swish, source: .int8(scale: 0.03)),
    Case(name: "residual s8", residual: .int8(scale: 0.04)),
    Case(name: "residual u8 under s8", residual: .uint8(scale: 0.04)),
    Case(name: "residual s8, relu to u8", activation: .relu, residual: .int8(scale: 0.04), result: .uint8(scale: 0.03)),
    Case(name: "residual of floats", residual: .float32, result: .float32),
    Case(
      name: "three channels, stride 2, zeros behind", input: [11, 10, 3], kernelSize: 3, strides: 2,
      padding: Padding(top: 0, bottom: 1, left: 0, right: 1), activation: .relu6, source: .int8(scale: 1 / 127),
      result: .uint8(scale: 0.0235)),
    Case(
      name: "depthwise", kernelSize: 3, padding: Padding(top: 1, bottom: 1, left: 1, right: 1), groups: 16, filters: 16,
      isDepthwise: true, activation: .relu6, result: .uint8(scale: 0.0235)),
    Case(
      name: "depthwise, s8, stride 2", kernelSize: 3, strides: 2,
      padding: Padding(top: 0, bottom: 1, left: 0, right: 1),
      groups: 16, filters: 16, isDepthwise: true, source: .int8(scale: 0.03)),
    Case(
      name: "two groups", kernelSize: 3, padding: Padding(top: 1, bottom: 1, left: 1, right: 1), groups: 2, filters: 32),
  ]

  private func graph(_ test: Case) throws -> (graph: Graph, tensors: [Tensor]) {
    var graph = Graph()
    let input = graph.addInput(name: "x", shape: test.input)
    let convolution = test.convolution
    let perGroup = test.input[2] / test.groups
    let kernel = FormulaTensor.make(
      name: "kernel",
      shape: test.isDepthwise
        ? [test.kernelSize.height, test.kernelSize.width, test.input[2], 1]
        : [test.kernelSize.height, test.kernelSize.width, perGroup, test.filters], role: .kernel)
    let bias = FormulaTensor.make(name: "bias", shape: [test.filters], role: .bias)
    let parameters = [
      graph.add(Parameter(name: "kernel", value: kernel, role: .frozen)),
      graph.add(Parameter(name: "bias", value: bias, role: .frozen)),
    ]
    let x = FormulaTensor.make(name: "x", shape: test.input.prepending(2), role: .input)
    var tensors = [x, kernel, bias]
    let shape = try graph.append(.convolution(convolution), name: "shape", inputs: [input], parameters: parameters)
    var inputs = [
      try graph.append(.convert(.float32, to: test.source), name: "source", inputs: [input])
    ]
    if let residual = test.residual {
      let other = graph.addInput(name: "r", shape: graph[shape].shape)
      tensors.append(FormulaTensor.make(name: "r", shape: graph[shape].shape.prepending(2), role: .input))
      inputs.append(
        residual.isQuantized
          ? try graph.append(.convert(.float32, to: residual), name: "residual", inputs: [other]) : other)
    }
    let node = try graph.append(
      .quantized(
        QuantizedOperation(
          kernel: .convolution(convolution), source: test.source, residual: test.residual, result: test.result)),
      name: "conv", inputs: inputs, parameters: parameters)
    graph.outputs = [
      test.result.isQuantized
        ? try graph.append(.convert(test.result, to: .float32), name: "result", inputs: [node]) : node
    ]
    return (graph.removingDeadNodes(), tensors)
  }

  /// A whole number in a format, of a real one.
  private func whole(_ x: Double, _ format: NumberFormat) -> Double {
    let quotient = (x / Double(format.scale)).rounded(.toNearestOrEven)
    return switch format {
    case .float32: x
    case .uint8: max(0, min(255, quotient))
    case .int8: max(-128, min(127, quotient))
    }
  }

  private func reference(_ test: Case, _ tensors: [Tensor]) -> Tensor {
    let weights = QuantizedWeights(tensors[1], channels: test.filters)
    let sums = ConvolutionReference(test.convolution).result([
      ReferenceArray(shape: tensors[0].shape, tensors[0].elements.map { whole(Double($0), test.source) }),
      ReferenceArray(shape: tensors[1].shape, weights.values.map { Double($0) }),
    ])
    let results = sums.elements.enumerated().map { index, sum in
      let channel = index % test.filters
      var y = sum * Double(test.source.scale) * Double(weights.scales[channel]) + Double(tensors[2].elements[channel])
      if let residual = test.residual {
        y += whole(Double(tensors[3].elements[index]), residual) * Double(residual.scale)
      }
      y = ActivationReference(test.activation).result([ReferenceArray(shape: [1], [y])]).elements[0]
      return test.result.isQuantized ? whole(y, test.result) * Double(test.result.scale) : y
    }
    return Tensor(shape: sums.shape, results.map { Float($0) })
  }

  private func check(_ test: Case, _ received: Tensor, _ expected: Tensor, step: Float) {
    // One step, and the rounding of its product with the scale.
    #expect(received.mismatch(expected, atol: step * 1.001 + 1e-5, rtol: 1e-6) == nil)
    guard step > 0 else { return }
    let moved = zip(received.elements, expected.elements).count { abs($0 - $1) > step / 2 }
    #expect(moved * 50 <= expected.count, "\(moved) of \(expected.count) are rounded the other way")
  }

  @Test(arguments: cases) func kernelsComputeTheReference(_ test: Case) throws {
    let (graph, tensors) = try graph(test)
    let expected = reference(test, tensors)
    let inputs = [tensors[0]] + tensors.dropFirst(3)
    let step = test.result.isQuantized ? test.result.scale : 0
    check(test, try graph.results(for: inputs)[0], expected, step: step)

    // The same with floats that stand for whole numbers.
    let emulated = graph.emulatingQuantization { _, _ in true }
    #expect(!emulated.isQuantized)
    check(test, try emulated.results(for: inputs)[0], expected, step: step)
  }

  @Test func matrixProduct() throws {
    var graph = Graph()
    let input = graph.addInput(name: "x", shape: [5, 24])
    let kernel = FormulaTensor.make(name: "kernel", shape: [24, 10], role: .kernel)
    let bias = FormulaTensor.make(name: "bias", shape: [10], role: .bias)
    let source = NumberFormat.int8(scale: 0.03)
    let converted = try graph.append(.convert(.float32, to: source), name: "source", inputs: [input])
    let parameters = [
      graph.add(Parameter(name: "kernel", value: kernel, role: .frozen)),
      graph.add(Parameter(name: "bias", value: bias, role: .frozen)),
    ]
    graph.outputs = [
      try graph.append(
        .quantized(
          QuantizedOperation(kernel: .dense(DenseOperation(units: 10, hasBias: true)), source: source, result: .float32)
        ),
        name: "dense", inputs: [converted], parameters: parameters)
    ]
    let x = FormulaTensor.make(name: "x", shape: [3, 5, 24], role: .input)
    let weights = QuantizedWeights(kernel, channels: 10)
    let expected = Tensor(
      shape: [3, 5, 10],
      (0..<150).map { index in
        let (row, unit) = (index / 10, index % 10)
        let sum = (0..<24).reduce(0.0) {
          $0 + whole(Double(x.elements[row * 24 + $1]), source) * Double(weights.values[$1 * 10 + unit])
        }
        return Float(sum * Double(source.scale) * Double(weights.scales[unit]) + Double(bias.elements[unit]))
      })
    #expect(try graph.results(for: [x])[0].mismatch(expected, atol: 1e-5, rtol: 1e-6) == nil)
    let emulated = graph.emulatingQuantization { _, _ in true }
    #expect(try emulated.results(for: [x])[0].mismatch(expected, atol: 1e-5, rtol: 1e-5) == nil)
  }
}
