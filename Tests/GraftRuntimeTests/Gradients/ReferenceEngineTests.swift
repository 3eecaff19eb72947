import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import Testing

/// The engine against the reference, at sizes that meet vector lengths, their remainders, and single rows.
@Suite struct ReferenceEngineTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let shapes: [Shape]
    let reference: any ReferenceOperation
    let layer: @Sendable () -> Layer

    init(
      _ name: String, _ shapes: [Shape], _ reference: any ReferenceOperation, _ layer: @escaping @Sendable () -> Layer
    ) {
      testDescription = "\(name) of \(shapes.map(\.description).joined(separator: ", "))"
      self.shapes = shapes
      self.reference = reference
      self.layer = layer
    }
  }

  static let cases: [Case] = ofAnyShape + ofPictures + windows + normalizations

  private static let ofAnyShape: [Case] =
    ([[1, 1], [1, 33], [7, 16], [32, 17], [3, 4, 5], [2, 3, 5, 18]] as [Shape]).flatMap { shape in
      [
        Case("dense", [shape], DenseReference()) { Dense(19, name: "layer") },
        Case("dense to one", [shape], DenseReference()) { Dense(1, name: "layer") },
        Case("softmax", [shape], ActivationReference(.softmax)) { ActivationLayer(.softmax, name: "layer") },
        Case("gelu", [shape], ActivationReference(.gelu)) { ActivationLayer(.gelu, name: "layer") },
        Case("swish", [shape], ActivationReference(.swish)) { ActivationLayer(.swish, name: "layer") },
        Case("relu6", [shape], ActivationReference(.relu6)) { ReLU(maxValue: 6, name: "layer") },
        Case("selu", [shape], ActivationReference(.selu)) { ActivationLayer(.selu, name: "layer") },
        Case("softsign", [shape], ActivationReference(.softsign)) { ActivationLayer(.softsign, name: "layer") },
        Case("hard swish", [shape], ActivationReference(.hardSwish)) { ActivationLayer(.hardSwish, name: "layer") },
        Case("multiply", [shape, shape, shape], ProductReference()) { Multiply(name: "layer") },
        Case("layer normalisation", [shape], LayerNormalizationReference(epsilon: 1e-3)) {
          LayerNormalization(name: "layer")
        },
        Case("add", [shape, shape, shape], AddReference()) { Add(name: "layer") },
        Case("concatenate", [shape, shape], ConcatenateReference(axis: shape.rank - 1)) { Concatenate(name: "layer") },
      ]
    }

  private static let ofPictures: [Case] = ([[2, 1, 1, 3], [3, 7, 7, 16], [2, 5, 3, 33], [1, 2, 9, 8]] as [Shape])
    .flatMap { shape in
      [
        Case("average pooling", [shape], PoolingReference(.average)) { GlobalAveragePooling2D(name: "layer") },
        Case("max pooling", [shape], PoolingReference(.max)) { GlobalMaxPooling2D(name: "layer") },
        Case("concatenate rows", [shape, shape], ConcatenateReference(axis: 1)) { Concatenate(axis: 1, name: "layer") },
        Case("concatenate columns", [shape, shape, shape], ConcatenateReference(axis: 2)) {
          Concatenate(axis: -2, name: "layer")
        },
      ]
    }

  private static let windows: [Case] = ([[2, 7, 5, 3], [3, 8, 8, 16], [2, 9, 6, 33], [1, 3, 3, 8]] as [Shape]).flatMap {
    shape in
    [
      Case(
        "max pooling by windows", [shape], WindowPoolingReference(PoolingOperation(.max, window: 2, strides: 2))
      ) { MaxPooling2D(name: "layer") },
      Case("overlapping max pooling", [shape], Self.overlapping(.max, shape)) {
        MaxPooling2D(poolSize: 3, strides: 2, padding: .same, name: "layer")
      },
      Case("overlapping average pooling", [shape], Self.overlapping(.average, shape)) {
        AveragePooling2D(poolSize: 3, strides: 2, padding: .same, name: "layer")
      },
      Case("channel weights", [shape, [shape[0], 1, 1, shape[3]]], ProductReference()) { Multiply(name: "layer") },
      Case("pixel weights", [[shape[0], shape[1], shape[2], 1], shape], ProductReference()) {
        Multiply(name: "layer")
      },
    ]
  }

  private static let normalizations: [Case] =
    ([[2, 3], [32, 17], [4, 3, 5], [3, 4, 5, 18], [2, 7, 7, 16]] as [Shape]).flatMap { shape in
      [(true, true), (true, false), (false, true), (false, false)].map { hasScale, hasOffset in
        Case(
          "batch normalisation\(hasScale ? " gamma" : "")\(hasOffset ? " beta" : "")", [shape],
          NormalizationReference(epsilon: 1e-3, hasScale: hasScale, hasOffset: hasOffset, usesGivenStatistics: false)
        ) { BatchNormalization(center: hasOffset, scale: hasScale, name: "layer") }
      }
    }

  private static func overlapping(_ kind: GlobalPoolingOperation.Kind, _ shape: Shape) -> WindowPoolingReference {
    let padding = Padding(sameFor: Extent(height: shape[1], width: shape[2]), window: 3, strides: 2)
    return WindowPoolingReference(PoolingOperation(kind, window: 3, strides: 2, padding: padding))
  }

  @Test(arguments: cases) func engineIsTheReference(_ example: Case) throws {
    let layer = example.layer()
    let inputs = example.shapes.enumerated().map {
      FormulaTensor.make(name: "input \($0.offset)", shape: $0.element, role: .input)
    }
    _ = layer(inputs.map { Input(shape: $0.shape.droppingFirst) })
    try layer.assignFormulaWeights()
    let trained = layer.variables.filter(\.followsGradient)
    let operands = (inputs + trained.map(\.value)).map(ReferenceArray.init)
    let expected = example.reference.result(operands)
    let upstream = FormulaTensor.make(name: "upstream", shape: expected.shape, role: .input)
    let gradients = example.reference.gradients(operands, upstream: ReferenceArray(upstream))

    let probe = try GradientProbe(layer, inputs: inputs, upstream: upstream)
    #expect(probe.output.mismatch(expected.tensor, atol: 1e-5, rtol: 1e-5) == nil)
    for (index, gradient) in probe.inputGradients.enumerated() {
      #expect(gradient.mismatch(gradients[index].tensor, atol: 1e-5, rtol: 1e-5) == nil, "input \(index)")
    }
    for (variable, expected) in zip(trained, gradients.dropFirst(inputs.count)) {
      let gradient = try #require(probe.gradients[variable.name])
      #expect(gradient.mismatch(expected.tensor, atol: 2e-5, rtol: 2e-5) == nil, "\(variable.name)")
    }
  }

  /// A frozen layer normalisation passes its gradient on, and none of its own is wanted.
  @Test func frozenLayerNormalization() throws {
    let layer = LayerNormalization(name: "layer")
    let input = FormulaTensor.make(name: "input", shape: [3, 4, 18], role: .input)
    let upstream = FormulaTensor.make(name: "upstream", shape: [3, 4, 18], role: .input)
    _ = layer(Input(shape: [4, 18]))
    try layer.assignFormulaWeights()
    layer.isTrainable = false
    let reference = LayerNormalizationReference(epsilon: 1e-3)
    let operands = ([input] + layer.variables.map(\.value)).map(ReferenceArray.init)
    let probe = try GradientProbe(layer, inputs: [input], upstream: upstream)
    #expect(probe.output.mismatch(reference.result(operands).tensor, atol: 1e-5, rtol: 1e-5) == nil)
    let gradient = reference.gradients(operands, upstream: ReferenceArray(upstream))[0].tensor
    #expect(probe.inputGradients[0].mismatch(gradient, atol: 1e-5, rtol: 1e-5) == nil)
    #expect(probe.gradients.isEmpty)
  }

  /// A frozen normalisation is an affine map: nothing of it is trained, and its statistics stay.
  @Test(arguments: [[8, 5], [2, 3, 4, 18]] as [Shape]) func frozenNormalization(_ shape: Shape) throws {
    let layer = BatchNormalization(name: "layer")
    let input = FormulaTensor.make(name: "input", shape: shape, role: .input)
    let upstream = FormulaTensor.make(name: "upstream", shape: shape, role: .input)
    _ = layer(Input(shape: shape.droppingFirst))
    try layer.assignFormulaWeights()
    layer.isTrainable = false
    let reference = NormalizationReference(epsilon: 1e-3, usesGivenStatistics: true)
    let operands = ([input] + layer.variables.map(\.value)).map(ReferenceArray.init)
    let probe = try GradientProbe(layer, inputs: [input], upstream: upstream)
    #expect(probe.output.mismatch(reference.result(operands).tensor, atol: 2e-6, rtol: 2e-6) == nil)
    let gradient = reference.gradients(operands, upstream: ReferenceArray(upstream))[0].tensor
    #expect(probe.inputGradients[0].mismatch(gradient, atol: 2e-6, rtol: 2e-6) == nil)
    #expect(probe.gradients.isEmpty)
    #expect(probe.state.isEmpty)
  }
}
