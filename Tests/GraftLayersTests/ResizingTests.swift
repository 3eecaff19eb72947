import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import GraftZoo
import Testing

/// The same weights under another input size.
@Suite struct ResizingTests {
  @Test func networkWithoutFlattenTakesAnySize() async throws {
    let base = try await MobileNetV2(weights: nil, includeTop: false, inputShape: [96, 96, 3], alpha: 0.35)
    base.isTrainable = false
    let model = Sequential([base, GlobalAveragePooling2D(), Dense(5, activation: .softmax)])
    try model.assignFormulaWeights()
    model.provenance = "somewhere"
    let copy = try model.resized(to: [64, 128, 3])
    #expect(copy.input.shape == [64, 128, 3])
    #expect(copy.provenance == "somewhere")
    #expect(copy.preprocessing == .scaledToMinusOneToOne)
    #expect(copy.trainableParameterCount == model.trainableParameterCount)
    #expect(copy.ownedVariables.map(\.variable.value) == model.ownedVariables.map(\.variable.value))
    #expect(try copy.graph().outputs.map { try copy.graph()[$0].shape } == [[5]])
    #expect(try model.resized(to: [96, 96, 3]) === model)
    // And back again: the same function.
    let x = FormulaTensor.make(name: "input", shape: [1, 96, 96, 3], role: .input)
    #expect(try copy.resized(to: [96, 96, 3]).results(for: x) == model.results(for: x))
  }

  @Test func flattenFixesTheSize() throws {
    let input = Input(shape: [4, 4, 2])
    let model = Model(inputs: input, outputs: Dense(3, name: "dense")(Flatten()(input)))
    let error = #expect(throws: GraftError.self) { try model.resized(to: [5, 4, 2]) }
    #expect(
      error
        == GraftError(
          .shapeMismatch,
          """
          The network cannot take inputs of shape (5, 4, 2): dense/kernel of shape (32, 3) would have to be (40, 3). \
          Only networks without Flatten can change their size.
          """))
  }

  @Test func rowsCannotChangeTheirLength() throws {
    let input = Input(shape: [4])
    let model = Model(inputs: input, outputs: Dense(3, name: "dense")(input))
    let error = #expect(throws: GraftError.self) { try model.resized(to: [5]) }
    #expect(error?.code == .shapeMismatch)
  }
}
