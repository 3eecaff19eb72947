import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import Testing

/// Finite differences check the reference of convolutions, and the reference checks oneDNN's at sizes that meet vector
/// lengths, their remainders, borders that are not alike, and single pixels.
@Suite struct ConvolutionReferenceTests {
  private static func operation(
    _ kernelSize: Extent, _ strides: Extent = 1, _ dilations: Extent = 1, _ padding: Padding = Padding(),
    groups: Int = 1, filters: Int, hasBias: Bool = true
  ) -> ConvolutionOperation {
    ConvolutionOperation(
      kernelSize: kernelSize, strides: strides, dilations: dilations, padding: padding, groups: groups,
      filters: filters, hasBias: hasBias)
  }

  private static func mismatch(_ operation: some ReferenceOperation, _ shapes: [Shape]) -> String? {
    let operands = shapes.enumerated().map {
      ReferenceArray(FormulaTensor.make(name: "operand \($0.offset)", shape: $0.element, role: .input))
    }
    let upstream = FormulaTensor.make(name: "upstream", shape: operation.result(operands).shape, role: .input)
    return operation.differencesMismatch(operands, upstream: ReferenceArray(upstream))
  }

  @Test func differencesCheckTheReference() {
    let uneven = Padding(top: 0, bottom: 1, left: 2, right: 1)
    #expect(
      Self.mismatch(ConvolutionReference(Self.operation(2, filters: 3)), [[2, 3, 4, 2], [2, 2, 2, 3], [3]]) == nil)
    #expect(
      Self.mismatch(
        ConvolutionReference(Self.operation(3, 2, 1, uneven, filters: 2, hasBias: false)),
        [[1, 5, 4, 2], [3, 3, 2, 2]]) == nil)
    #expect(
      Self.mismatch(
        ConvolutionReference(Self.operation(2, 1, Extent(height: 2, width: 1), uneven, groups: 2, filters: 4)),
        [[1, 4, 3, 4], [2, 2, 2, 4], [4]]) == nil)
    #expect(
      Self.mismatch(
        ConvolutionReference(Self.operation(3, 1, 1, uneven, groups: 3, filters: 6, hasBias: false)),
        [[1, 4, 3, 3], [3, 3, 1, 6]]) == nil)
    #expect(Self.mismatch(PaddingReference(uneven), [[2, 2, 3, 2]]) == nil)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let shape: Shape
    let kernelSize: Extent
    let strides: Extent
    let padding: ConvolutionPadding
    let dilations: Extent
    let groups: Int
    let filters: Int

    init(
      _ shape: Shape, _ filters: Int, _ kernelSize: Extent, strides: Extent = 1, _ padding: ConvolutionPadding = .same,
      dilations: Extent = 1, groups: Int = 1
    ) {
      self.shape = shape
      self.filters = filters
      self.kernelSize = kernelSize
      self.strides = strides
      self.padding = padding
      self.dilations = dilations
      self.groups = groups
    }

    var testDescription: String {
      "\(kernelSize) of \(shape) to \(filters), stride \(strides), \(padding), dilation \(dilations), \(groups) groups"
    }
  }

  static let cases: [Case] = [
    Case([1, 1, 1, 1], 1, 1), Case([2, 7, 5, 3], 32, 3, strides: 2), Case([3, 8, 8, 24], 144, 1),
    Case([2, 6, 6, 96], 17, 1), Case([2, 9, 8, 16], 16, 3), Case([2, 8, 9, 33], 18, 3, strides: 2),
    Case([2, 12, 11, 8], 24, 5, strides: 2), Case([1, 16, 16, 3], 16, 7, strides: 2),
    Case([2, 9, 7, 16], 8, 3, .valid), Case([2, 10, 9, 16], 8, 3, strides: 2, .valid),
    Case([2, 9, 9, 16], 16, 3, dilations: 2),
    Case([2, 11, 9, 6], 7, 3, .valid, dilations: Extent(height: 3, width: 2)),
    Case([2, 6, 7, 32], 32, 3, groups: 2), Case([2, 7, 6, 12], 18, 3, strides: 2, groups: 6),
    Case([2, 5, 5, 64], 64, 3, groups: 16), Case([2, 5, 4, 10], 6, 2), Case([2, 8, 6, 16], 32, 1, strides: 2),
  ]

  @Test(arguments: cases) func convolutionIsTheReference(_ example: Case) throws {
    let layer = Conv2D(
      example.filters, kernelSize: example.kernelSize, strides: example.strides, padding: example.padding,
      dilationRate: example.dilations, groups: example.groups, name: "layer")
    let padding =
      example.padding == .valid
      ? Padding()
      : Padding(
        sameFor: Extent(height: example.shape[1], width: example.shape[2]), window: example.kernelSize,
        strides: example.strides, dilations: example.dilations)
    try expect(
      layer, example.shape,
      Self.operation(
        example.kernelSize, example.strides, example.dilations, padding, groups: example.groups,
        filters: example.filters))
  }

  static let depthwise: [Case] = [
    Case([2, 7, 5, 1], 1, 3), Case([2, 9, 8, 32], 1, 3), Case([2, 9, 8, 32], 1, 3, strides: 2),
    Case([2, 8, 8, 33], 1, 3, strides: 2), Case([3, 7, 7, 18], 1, 5), Case([2, 9, 9, 16], 1, 5, strides: 2),
    Case([2, 7, 9, 24], 1, 3, strides: 2, .valid), Case([2, 9, 9, 16], 1, 3, dilations: 2),
    Case([2, 6, 7, 16], 2, 3), Case([2, 6, 7, 5], 3, 3, strides: 2),
  ]

  @Test(arguments: depthwise) func depthwiseIsTheReference(_ example: Case) throws {
    let channels = example.shape[3]
    let layer = DepthwiseConv2D(
      kernelSize: example.kernelSize, strides: example.strides, padding: example.padding,
      depthMultiplier: example.filters, dilationRate: example.dilations, name: "layer_depthwise")
    let padding =
      example.padding == .valid
      ? Padding()
      : Padding(
        sameFor: Extent(height: example.shape[1], width: example.shape[2]), window: example.kernelSize,
        strides: example.strides, dilations: example.dilations)
    try expect(
      layer, example.shape,
      Self.operation(
        example.kernelSize, example.strides, example.dilations, padding, groups: channels,
        filters: channels * example.filters))
  }

  private func expect(_ layer: Layer, _ shape: Shape, _ operation: ConvolutionOperation) throws {
    let input = FormulaTensor.make(name: "input", shape: shape, role: .input)
    let symbol = layer(Input(shape: shape.droppingFirst))
    try layer.assignFormulaWeights()
    let reference = ConvolutionReference(operation)
    let operands = ([input] + layer.variables.map(\.value)).map(ReferenceArray.init)
    let expected = reference.result(operands)
    #expect(expected.shape == symbol.shape.prepending(shape[0]))
    let upstream = FormulaTensor.make(name: "upstream", shape: expected.shape, role: .input)
    let gradients = reference.gradients(operands, upstream: ReferenceArray(upstream))

    let probe = try GradientProbe(layer, inputs: [input], upstream: upstream)
    #expect(probe.output.mismatch(expected.tensor, atol: 1e-5, rtol: 1e-5) == nil)
    #expect(probe.inputGradients[0].mismatch(gradients[0].tensor, atol: 1e-5, rtol: 1e-5) == nil)
    for (variable, expected) in zip(layer.variables, gradients.dropFirst()) {
      let gradient = try #require(probe.gradients[variable.name])
      #expect(gradient.mismatch(expected.tensor, atol: 2e-5, rtol: 2e-5) == nil, "\(variable.name)")
    }
  }

  @Test func paddingThatStandsAlone() throws {
    let padding = Padding(top: 1, bottom: 0, left: 2, right: 1)
    let input = FormulaTensor.make(name: "input", shape: [2, 4, 3, 5], role: .input)
    let upstream = FormulaTensor.make(name: "upstream", shape: [2, 5, 6, 5], role: .input)
    let reference = PaddingReference(padding)
    let probe = try GradientProbe(ZeroPadding2D(padding, name: "layer"), inputs: [input], upstream: upstream)
    #expect(probe.output == reference.result([ReferenceArray(input)]).tensor)
    let gradients = reference.gradients([ReferenceArray(input)], upstream: ReferenceArray(upstream))
    // The probe's rows of upstream gradients sum to 0 up to rounding, which is what arrives besides.
    #expect(probe.inputGradients[0].mismatch(gradients[0].tensor, atol: 1e-6) == nil)
  }
}
