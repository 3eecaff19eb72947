import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import GraftZoo
import Testing

/// A model's configuration describes it wholly: what is read back has the same graph.
@Suite struct ModelConfigurationTests {
  private func expectRoundTrip(_ model: Model) throws {
    let text = try model.modelConfiguration.serialized()
    let copy = try ModelReader.model(JSONValue(parsing: text))
    #expect(copy.name == model.name)
    #expect(try copy.graph().dump == model.graph().dump)
    #expect(copy.layers.map { $0.name } == model.layers.map { $0.name })
    #expect(copy.preprocessing == model.preprocessing)
    #expect(copy.parameterCount == model.parameterCount)
    #expect(copy.trainableParameterCount == model.trainableParameterCount)
    #expect(try copy.modelConfiguration.serialized() == text)
  }

  @Test func everyLayer() throws {
    let input = Input(shape: [8, 9, 4], preprocessing: .scaledToMinusOneToOne)
    var x = Rescaling(scale: 0.1, offset: -1)(input)
    x = ZeroPadding2D(Padding(top: 1, bottom: 2, left: 3, right: 4))(x)
    x = Conv2D(
      8, kernelSize: Extent(height: 3, width: 2), strides: Extent(height: 1, width: 2), groups: 2, activation: .gelu,
      kernelInitializer: .heNormal)(x)
    x = Conv2D(8, kernelSize: 3, padding: .same, dilationRate: 2, useBias: false)(x)
    x = BatchNormalization(momentum: 0.9, epsilon: 1e-5, center: false)(x)
    x = BatchNormalization(scale: false)(x)
    x = ReLU(maxValue: 6)(ReLU()(x))
    x = DepthwiseConv2D(kernelSize: 3, strides: 2, padding: .same, depthMultiplier: 2, activation: .swish)(x)
    x = Add()([x, ActivationLayer(.sigmoid)(x)])
    x = MaxPooling2D(poolSize: 2, strides: 1, padding: .same)(x)
    x = AveragePooling2D(poolSize: Extent(height: 1, width: 2), strides: 1)(x)
    x = SeparableConv2D(6, kernelSize: 3, padding: .same, depthMultiplier: 2, activation: .hardSwish)(x)
    x = Multiply()([x, GlobalAveragePooling2D(keepDimensions: true)(x)])
    x = LayerNormalization(epsilon: 1e-6, scale: false)(LayerNormalization(center: false)(x))
    x = Normalization(mean: [0.5], variance: [2])(Normalization()(x))
    x = Dropout(0.2, noiseShape: [nil, 1, 1, 1])(SpatialDropout2D(0.25, seed: 3)(x))
    x = Concatenate()([GlobalAveragePooling2D()(x), GlobalMaxPooling2D()(x), Flatten()(x)])
    x = Concatenate(axis: 1)([Reshape([2, -1])(x), Reshape([2, -1])(x)])
    x = Flatten()(x)
    x = Dropout(0.3, seed: 5)(Dropout(0.1)(x))
    x = Dense(7, activation: .tanh, useBias: false, kernelInitializer: .glorotNormal)(x)
    x = Dense(5, activation: .softmax, biasInitializer: .ones)(x)
    try expectRoundTrip(Model(inputs: input, outputs: x, name: "everything"))
  }

  @Test func frozenLayersStayFrozen() throws {
    let input = Input(shape: [4])
    let frozen = Dense(3)
    let model = Model(inputs: input, outputs: Dense(2)(frozen(input)))
    frozen.isTrainable = false
    try expectRoundTrip(model)
    let copy = try ModelReader.model(model.modelConfiguration)
    #expect(try copy.layer(named: frozen.name).isTrainable == false)
  }

  @Test func sharedLayers() throws {
    let input = Input(shape: [4])
    let shared = Dense(4)
    let first = shared(input)
    let model = Model(inputs: input, outputs: Concatenate()([shared(shared(first)), first, input]))
    try expectRoundTrip(model)
    #expect(model.parameterCount == 20)
    #expect(try model.graph().parameters.count == 2)
  }

  @Test func nestedModels() throws {
    func inner(_ name: String) -> Model {
      let input = Input(shape: [6])
      return Model(inputs: input, outputs: Dense(6, name: "dense")(input), name: name)
    }
    let input = Input(shape: [6])
    let shared = inner("shared")
    let output = Add()([inner("left")(input), shared(input), shared(Dense(6, name: "dense")(input))])
    let model = Model(inputs: input, outputs: output, name: "outer")
    try expectRoundTrip(model)
    // Equal names in several models stay apart.
    #expect(Set(try model.graph().parameters.map(\.name)).count == 6)
  }

  @Test func sequentialModels() throws {
    let top = Sequential([Dense(4, activation: .relu), Dropout(0.5), Dense(2)], inputShape: [8], name: "top")
    try expectRoundTrip(top)
    try expectRoundTrip(Sequential([top, ActivationLayer(.softmax)], name: "outer"))
    try expectRoundTrip(Sequential([InputLayer(shape: [3], name: "in"), Dense(2)]))
  }

  @Test func wholeNetwork() async throws {
    let base = try await MobileNetV2(weights: nil, includeTop: false, inputShape: [64, 96, 3], alpha: 0.35)
    base.isTrainable = false
    try expectRoundTrip(Sequential([base, GlobalAveragePooling2D(), Dense(5, activation: .softmax)]))
  }

  static let damaged: [(String, GraftError.Code, String)] = [
    (#"{}"#, .corrupt, "The model's configuration has no class_name and config."),
    (
      #"{"class_name": "Odd", "config": {}}"#, .unsupported,
      "Expected a Functional or Sequential model. Received a model of the class Odd, whose code the file does not hold."
    ),
    (#"{"class_name": "Functional", "config": {}}"#, .corrupt, "The model's configuration lists no layers."),
    (#"{"class_name": "Sequential", "config": {}}"#, .corrupt, "The Sequential model's configuration lists no layers."),
    (#"{"class_name": "Sequential", "config": {"layers": []}}"#, .corrupt, "The Sequential model has no layers."),
    (
      #"{"class_name": "Functional", "config": {"layers": [{"class_name": "Dense", "config": {}}]}}"#, .corrupt,
      "A layer has no name in the model's configuration."
    ),
    (
      """
      {"class_name": "Functional", "config": {"layers": [{"class_name": "Dense", "config": {"name": "a"}}], \
      "output_layers": [["a", 0, 0]]}}
      """, .corrupt, "Layer \"a\" has no input, and is no InputLayer."
    ),
    (
      """
      {"class_name": "Functional", "config": {"layers": [{"class_name": "Dense", "config": {"name": "a"}, \
      "inbound_nodes": [[["b", 0, 0, {}]]]}], "output_layers": [["a", 0, 0]]}}
      """, .corrupt, "Layer \"a\" is called on \"b\", which has no result."
    ),
    (
      #"{"class_name": "Functional", "config": {"layers": [{"class_name": "Dense", "config": {"name": "a"}}]}}"#,
      .corrupt, "The model's configuration names no output."
    ),
    (
      """
      {"class_name": "Sequential", "config": {"layers": [{"class_name": "InputLayer", "config": {"name": "i", \
      "batch_shape": [null, null, null, 3]}}]}}
      """, .invalidArgument,
      """
      The model was saved with the open input shape (0, 0, 3) (0 stands for any length). Give the size that you want, \
      for example with --image-size 224.
      """
    ),
    (
      """
      {"class_name": "Sequential", "config": {"layers": [{"class_name": "InputLayer", "config": {"name": "i", \
      "batch_shape": [null, 4]}}, {"class_name": "Dense", "config": {"name": "d", "units": "many"}}]}}
      """, .unsupported, "Layer \"d\" (Dense): expected a whole number for \"units\". Received: \"many\"."
    ),
  ]

  @Test(arguments: damaged.indices) func damageIsNamed(_ index: Int) throws {
    let (text, code, message) = Self.damaged[index]
    #expect(throws: GraftError(code, message)) { try ModelReader.model(JSONValue(parsing: text)) }
  }
}
