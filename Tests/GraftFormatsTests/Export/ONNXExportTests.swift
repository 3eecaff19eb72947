import Foundation
import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import Testing

@testable import GraftFormats

/// ONNX files, read and run by the tests' own reader and interpreter.
@Suite struct ONNXExportTests {
  private func document(_ model: Model, metadata: [String: String] = [:]) throws -> ONNXDocument {
    try ONNXDocument(ONNXFile.bytes(of: model, metadata: metadata))
  }

  /// Exports a network of pictures (or rows) and runs it beside Graft.
  private func expectSame(
    _ shape: Shape, atol: Float = 1e-5, _ build: (SymbolicTensor) -> SymbolicTensor,
    location: SourceLocation = #_sourceLocation
  ) throws -> ONNXDocument {
    let input = Input(shape: shape, name: "in")
    let model = Model(inputs: input, outputs: build(input), name: "net")
    try model.assignFormulaWeights()
    let x = FormulaTensor.make(name: "input", shape: shape.prepending(2), role: .input)
    let document = try document(model)
    let result = try #require(
      try ONNXInterpreter(document: document).run(
        NumberArray(shape: x.shape.dimensions, x.elements.map(Double.init))), sourceLocation: location)
    let received = Tensor(shape: Shape(result.shape), result.values.map { Float($0) })
    let mismatch = try received.mismatch(model.results(for: x), atol: atol, rtol: 1e-5)
    #expect(mismatch == nil, "\(mismatch ?? "")", sourceLocation: location)
    return document
  }

  @Test("Convolutions: uneven padding, strides, dilations, groups, depthwise with a multiplier, folded normalisation")
  func convolutions() throws {
    let document = try expectSame([9, 8, 4]) { x in
      var y = Conv2D(6, kernelSize: 3, strides: 2, padding: .same, useBias: false, name: "a")(x)
      y = ReLU(maxValue: 6, name: "r")(BatchNormalization(name: "a_bn")(y))
      y = ZeroPadding2D(Padding(top: 1, bottom: 2, right: 3), name: "pad")(y)
      y = DepthwiseConv2D(
        kernelSize: Extent(height: 3, width: 2), padding: .same, depthMultiplier: 2, name: "b_depthwise")(y)
      y = Conv2D(4, kernelSize: 3, padding: .same, dilationRate: 2, groups: 2, activation: .swish, name: "c")(y)
      return Dense(3, activation: .softmax, name: "d")(GlobalAveragePooling2D(name: "p")(y))
    }
    #expect(document.nodes.map(\.type).filter { $0 == "Transpose" }.count == 1)
    #expect(!document.nodes.contains { $0.type == "BatchNormalization" })
    #expect(document.nodes.first { $0.type == "Conv" }?.ints["pads"] == [1, 0, 1, 1])
  }

  @Test("A residual, a gate, pooling of all kinds, concatenation, and normalisations that nothing absorbs")
  func pictures() throws {
    _ = try expectSame([8, 8, 3]) { x in
      var y = BatchNormalization(name: "first_bn")(Rescaling(scale: 0.5, offset: 0.25, name: "scale")(x))
      let gate = GlobalMaxPooling2D(keepDimensions: true, name: "gate")(y)
      y = Multiply(name: "gated")([y, Conv2D(3, kernelSize: 1, activation: .hardSigmoid, name: "excite")(gate)])
      y = Add(name: "sum")([y, y, x])
      let a = MaxPooling2D(poolSize: 3, strides: 2, padding: .same, name: "max")(y)
      let b = AveragePooling2D(poolSize: 3, strides: 2, padding: .same, name: "mean")(y)
      y = Concatenate(name: "both")([a, b])
      y = LayerNormalization(name: "rows")(y)
      y = Flatten(name: "flat")(Dropout(0.4, name: "dropout")(y))
      y = BatchNormalization(name: "flat_bn")(Reshape([24, 4], name: "reshape")(y))
      return Dense(5, name: "last")(y)
    }
  }

  @Test("Every activation", arguments: Activation.allCases)
  func activations(_ activation: Activation) throws {
    _ = try expectSame([4, 4, 3]) { ActivationLayer(activation, name: "act")(Rescaling(scale: 8, name: "wide")($0)) }
  }

  @Test("Names, shapes, versions and texts")
  func header() throws {
    let input = Input(shape: [4, 5, 3], name: "picture")
    let model = Model(inputs: input, outputs: Dense(2, name: "d")(Flatten(name: "f")(input)))
    let document = try document(model, metadata: ["class_names": "[\"ä\"]", "task": "single_label"])
    #expect(document.irVersion == 8)
    #expect(document.opsets == ["": 17])
    #expect(document.metadata == ["class_names": "[\"ä\"]", "task": "single_label"])
    #expect(document.inputs == [.init(name: "picture", axes: ["batch", "4", "5", "3"])])
    #expect(document.outputs == [.init(name: "output", axes: ["batch", "2"])])
    #expect(document.constants["d/kernel"]?.values == model.ownedVariables[0].variable.value.elements.map(Double.init))
  }

  @Test("The check reads what was written, and finds damage in the structure")
  func check() throws {
    let folder = try TemporaryFolder()
    let input = Input(shape: [6], name: "in")
    let model = Model(inputs: input, outputs: Dense(2, name: "d")(input))
    try ONNXFile.write(model, metadata: ["task": "x"], to: folder.file("m.onnx"))
    let check = try ONNXCheck(contentsOf: folder.file("m.onnx"))
    #expect(check.nodeCount == 2 && check.elementCount == 14 && check.metadata == ["task": "x"])
    let bytes = try ONNXFile.bytes(of: model, metadata: [:])
    for length in stride(from: 0, to: bytes.count - 1, by: 3) {
      let path = try folder.write(Array(bytes.prefix(length)), "cut.onnx")
      // The operator set is the last part: without it whole fields may be left, but never half a graph.
      let failure = error { _ = try ONNXCheck(contentsOf: path) }
      #expect(failure != nil || length > bytes.count - 8, "cut at \(length)")
    }
    // The result gets another name where it is made, and keeps the old one where it is read.
    let other = bytes.replacing("d/Gemm".utf8, with: "e/Gemm".utf8, maxReplacements: 1)
    #expect(error { _ = try ONNXCheck(contentsOf: folder.write(Array(other), "other.onnx")) }?.code == .corrupt)
  }
}
