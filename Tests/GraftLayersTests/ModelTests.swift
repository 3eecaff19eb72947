import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import Testing

/// Building models: errors come late but come, weights are shared, sizes change.
@Suite struct ModelTests {
  private func expectError(_ code: GraftError.Code, _ message: String, _ model: Model) {
    #expect(throws: GraftError(code, message)) { try model.check() }
    #expect(throws: GraftError(code, message)) { try model.graph() }
    #expect(throws: GraftError(code, message)) { try model.summary() }
    #expect(throws: GraftError(code, message)) { try model.modelConfiguration }
  }

  @Test func callThatCannotWorkIsToldWhenTheModelIsNeeded() {
    let input = Input(shape: [4])
    let sum = Add(name: "sum")([input, Dense(3)(input)])
    let model = Model(inputs: input, outputs: Dense(2)(Dropout(0.5)(sum)))
    expectError(.shapeMismatch, "sum: shapes must be equal but for lengths of 1. Received: (4,), (3,).", model)
  }

  @Test func everyLayerSaysWhatItNeeds() {
    let row = Input(shape: [6])
    let picture = Input(shape: [5, 5, 6])
    let cases: [(SymbolicTensor, SymbolicTensor, String)] = [
      (row, Dense(0, name: "l")(row), "l: units must be positive. Received: 0."),
      (row, Dense(-3, name: "l")(row), "l: units must be positive. Received: -3."),
      (
        row, Conv2D(4, kernelSize: 3, name: "l")(row),
        "Layer \"l\" (Conv2D) needs one input of (height, width, channels). Received: (6,)."
      ),
      (
        row, DepthwiseConv2D(kernelSize: 3, name: "l")(row),
        "Layer \"l\" (DepthwiseConv2D) needs one input of (height, width, channels). Received: (6,)."
      ),
      (
        picture, Conv2D(4, kernelSize: 6, name: "l")(picture),
        "l: a 6×6 kernel does not fit a picture of (5, 5, 6)."
      ),
      (
        picture, Conv2D(4, kernelSize: 3, groups: 4, name: "l")(picture),
        "l: groups (4) must divide the 6 input channels and the 4 filters."
      ),
      (row, GlobalAveragePooling2D(name: "l")(row), "l: pooling needs (height, width, channels). Received: (6,)."),
      (row, GlobalMaxPooling2D(name: "l")(row), "l: pooling needs (height, width, channels). Received: (6,)."),
      (
        row, ZeroPadding2D(Padding(top: 1), name: "l")(row),
        "l: padding needs (height, width, channels). Received: (6,)."
      ),
      (row, Reshape([4], name: "l")(row), "l: (6,) has 6 elements, (4,) needs 4."),
      (row, Reshape([4, -1], name: "l")(row), "l: 6 elements do not fit (4, -1)."),
      (row, Add(name: "l")(row), "l: Add needs at least two inputs. Received: 1."),
      (row, Concatenate(name: "l")(row), "l: Concatenate needs at least two inputs. Received: 1."),
      (
        row, Concatenate(axis: 0, name: "l")([row, row]),
        "l: axis must name one of the 1 axes after the batch. Received: 0."
      ),
      (
        picture, Concatenate(axis: 1, name: "l")([picture, ZeroPadding2D(Padding(left: 1))(picture)]),
        "l: shapes must agree but for axis 1. Received: (5, 5, 6), (5, 6, 6)."
      ),
      (
        row, ReLU(maxValue: -3, name: "l")(row),
        "l: maxValue, negativeSlope and threshold of a ReLU must not be negative. Received: -3.0, 0.0, 0.0."
      ),
      (
        row, Conv2D(0, kernelSize: 3, name: "l")(picture), "l: filters must be positive. Received: 0."
      ),
      (
        row, Dense(3)(Input(shape: [0], name: "open")),
        "open: an input's lengths must be positive. Received: (0,)."
      ),
      (
        row, Dense(3)(Input(shape: [4, -1], name: "open")),
        "open: an input's lengths must be positive. Received: (4, -1)."
      ),
      (
        row, Conv2D(4, kernelSize: 3, strides: 0, name: "l")(picture),
        "Layer \"l\" (Conv2D) needs a positive kernelSize, strides and dilationRate. Received: 3×3, 0×0, 1×1."
      ),
      (
        row, DepthwiseConv2D(kernelSize: 3, depthMultiplier: 0, name: "l")(picture),
        "l: depthMultiplier must be positive. Received: 0."
      ),
      (
        picture, ZeroPadding2D(Padding(top: -1), name: "l")(picture),
        "l: padding must not be negative. Received: -1,0,0,0."
      ),
    ]
    for (input, output, message) in cases {
      let error = #expect(throws: GraftError.self) { try Model(inputs: input, outputs: output).check() }
      #expect(error?.message == message)
    }
  }

  @Test func namesMustBeUnique() {
    let input = Input(shape: [4])
    expectError(
      .invalidArgument, "Two layers are named \"same\". Names must be unique: they are the weights' keys.",
      Model(inputs: input, outputs: Dense(2, name: "same")(Dense(3, name: "same")(input))))
  }

  @Test func outputMustDependOnTheInputAlone() {
    let left = Input(shape: [4], name: "left")
    let right = Input(shape: [4], name: "right")
    expectError(
      .invalidArgument, "The output depends on the input \"right\", which is not the model's input (\"left\").",
      Model(inputs: left, outputs: Add()([left, right])))
    expectError(
      .invalidArgument, "The output depends on the input \"right\", which is not the model's input (\"left\").",
      Model(inputs: left, outputs: Dense(2)(right)))
  }

  @Test func weightsAreSharedBetweenCalls() throws {
    let input = Input(shape: [4])
    let dense = Dense(4, name: "dense")
    let model = Model(inputs: input, outputs: dense(dense(input)))
    try model.assignFormulaWeights()
    let x = FormulaTensor.make(name: "input", shape: [3, 4], role: .input)
    let weights = dense.variables.map { ReferenceArray($0.value) }
    let once = DenseReference().result([ReferenceArray(x)] + weights)
    let twice = DenseReference().result([once] + weights)
    #expect(try model.results(for: x).mismatch(twice.tensor, atol: 1e-6, rtol: 1e-6) == nil)
  }

  @Test func layerCannotBeCalledOnAnotherSize() {
    let dense = Dense(4, name: "dense")
    _ = dense(Input(shape: [4]))
    let input = Input(shape: [5])
    expectError(
      .shapeMismatch,
      "Layer \"dense\" was built with a kernel of shape (4, 4); an input of shape (5,) would need (5, 4).",
      Model(inputs: input, outputs: dense(input)))
  }

  @Test func modelWithinAModelKeepsItsShape() {
    let inner = Model(inputs: Input(shape: [4]), outputs: Input(shape: [4]))
    let input = Input(shape: [5])
    #expect(throws: GraftError.self) { try Model(inputs: input, outputs: inner(input)).check() }
  }

  @Test func sequentialNeedsAnInput() {
    expectError(
      .invalidArgument,
      "A Sequential model needs inputShape:, or an InputLayer or a model as its first layer. Received: neither.",
      Sequential([Dense(3)]))
  }

  @Test func layersAreFoundByNameAndMissedByTheNearest() throws {
    let base = Sequential([Dense(3, name: "hidden")], inputShape: [4], name: "base")
    let model = Sequential([base, Dense(2, name: "predictions")])
    #expect(try model.layer(named: "hidden") === base.layers[1])
    let error = #expect(throws: GraftError.self) { try model.layer(named: "prediction") }
    #expect(error?.message.hasPrefix("No layer is named \"prediction\". The nearest of the") == true)
    #expect(error?.message.contains("names: \"predictions\",") == true)
  }

  @Test func freezingReachesNestedLayers() throws {
    let base = Sequential([Dense(3), BatchNormalization()], inputShape: [4])
    let model = Sequential([base, Dense(2)])
    #expect(model.parameterCount == 15 + 12 + 8)
    #expect(model.trainableParameterCount == 15 + 6 + 8)
    base.isTrainable = false
    #expect(model.trainableParameterCount == 8)
    #expect(try model.graph().parameters.filter { $0.role == .trainable }.count == 2)
    model.isTrainable = true
    #expect(model.trainableParameterCount == 15 + 6 + 8)
  }

  @Test func variableKeepsItsShape() throws {
    let dense = Dense(2, name: "dense")
    _ = dense(Input(shape: [3]))
    #expect(throws: GraftError(.shapeMismatch, "dense/kernel has the shape (3, 2). Received: (2, 3).")) {
      try dense.variables[0].assign(Tensor(zeros: [2, 3]))
    }
  }

  @Test func layerThatWasNotCalledHasNoOutput() {
    #expect(
      throws: GraftError(
        .invalidArgument, "Layer \"dense\" has not been called on anything: it has no output.")
    ) { try Dense(2, name: "dense").output }
  }
}
