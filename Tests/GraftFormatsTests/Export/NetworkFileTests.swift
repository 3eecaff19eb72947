import Foundation
import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import Testing

@testable import GraftFormats

/// TFLite models and SavedModels: written, read again, and run beside the network.
@Suite struct NetworkFileTests {
  enum Format: CaseIterable {
    case tflite, savedModel

    func bytes(of model: Model) throws -> [UInt8] {
      switch self {
      case .savedModel: return try SavedModelFile.bytes(of: model, classNames: ["ä", "b"])
      case .tflite:
        let graph = try model.graph().frozen().optimizedForInference()
        return try TFLiteWriter.bytes(of: ProgramTranslation(graph, .tflite).program, name: "net", metadata: [])
      }
    }

    func program(_ bytes: [UInt8]) throws -> TensorProgram {
      try self == .tflite ? TFLiteReader.read(bytes).program : SavedModelReader.read(bytes)
    }
  }

  /// Writes a network, reads it, and runs both.
  @discardableResult
  private func expectSame(
    _ shape: Shape, _ format: Format, atol: Float = 1e-5, _ build: (SymbolicTensor) -> SymbolicTensor,
    location: SourceLocation = #_sourceLocation
  ) throws -> [TensorProgram.Step] {
    let input = Input(shape: shape, name: "in")
    let model = Model(inputs: input, outputs: build(input), name: "net")
    try model.assignFormulaWeights()
    let x = FormulaTensor.make(name: "input", shape: shape.prepending(2), role: .input)
    let program = try format.program(format.bytes(of: model))
    let received = try ProgramGraph(program).graph.results(for: [x])[0]
    let mismatch = try received.mismatch(model.results(for: x), atol: atol, rtol: 1e-5)
    #expect(mismatch == nil, "\(mismatch ?? "")", sourceLocation: location)
    return program.steps
  }

  @Test(
    "Convolutions: uneven padding, strides, dilations, groups, depthwise with a multiplier", arguments: Format.allCases)
  func convolutions(_ format: Format) throws {
    let steps = try expectSame([9, 8, 4], format) { x in
      var y = Conv2D(6, kernelSize: 3, strides: 2, padding: .same, useBias: false, name: "a")(x)
      y = ReLU(maxValue: 6, name: "r")(BatchNormalization(name: "a_bn")(y))
      y = ZeroPadding2D(Padding(top: 1, bottom: 2, right: 3), name: "pad")(y)
      y = DepthwiseConv2D(
        kernelSize: Extent(height: 3, width: 2), padding: .same, depthMultiplier: 2, name: "b_depthwise")(y)
      y = Conv2D(4, kernelSize: 3, padding: .same, dilationRate: 2, groups: 2, activation: .swish, name: "c")(y)
      return Dense(3, activation: .softmax, name: "d")(GlobalAveragePooling2D(name: "p")(y))
    }
    // Zeros of TensorFlow's own kind are part of a convolution, others a step before it.
    #expect(steps.filter { if case .pad = $0.operation { true } else { false } }.count == 1)
    // TFLite's operators apply a rectifier.
    let rectified = steps.filter { $0.activation == .relu6 }.count
    #expect(rectified == (format == .tflite ? 1 : 0))
  }

  @Test(
    "A residual, a gate, pooling of all kinds, concatenation, cropping, and normalisations that nothing absorbs",
    arguments: Format.allCases)
  func pictures(_ format: Format) throws {
    try expectSame([8, 8, 3], format) { x in
      var y = BatchNormalization(name: "first_bn")(Rescaling(scale: 0.5, offset: 0.25, name: "scale")(x))
      let gate = GlobalMaxPooling2D(keepDimensions: true, name: "gate")(y)
      y = Multiply(name: "gated")([y, Conv2D(3, kernelSize: 1, activation: .hardSigmoid, name: "excite")(gate)])
      y = Add(name: "sum")([y, Conv2D(3, kernelSize: 1, name: "residual")(y), x])
      y = Add(name: "pair")([x, Conv2D(3, kernelSize: 3, padding: .same, name: "branch")(y)])
      let a = MaxPooling2D(poolSize: 3, strides: 2, padding: .same, name: "max")(y)
      let b = AveragePooling2D(poolSize: 3, strides: 2, padding: .same, name: "mean")(y)
      let c = MaxPooling2D(poolSize: 2, name: "max_2")(ReLU(name: "positive")(y))
      y = Concatenate(name: "both")([a, b, c])
      y = Cropping2D(Padding(top: 1, right: 1), name: "crop")(LayerNormalization(name: "rows")(y))
      y = Flatten(name: "flat")(Dropout(0.4, name: "dropout")(y))
      y = BatchNormalization(name: "flat_bn")(Reshape([27, 3], name: "reshape")(y))
      return Dense(5, name: "last")(Dense(4, activation: .relu, name: "first")(y))
    }
  }

  @Test("A stem with zeros before its pooling, and products at every pixel", arguments: Format.allCases)
  func stem(_ format: Format) throws {
    try expectSame([9, 9, 3], format) { x in
      var y = ReLU(name: "r")(Conv2D(4, kernelSize: 3, strides: 2, name: "c")(x))
      y = MaxPooling2D(poolSize: 3, strides: 2, name: "max")(ZeroPadding2D(Padding(top: 1, bottom: 1), name: "pad")(y))
      return Dense(5, activation: .gelu, name: "pixels")(y)
    }
  }

  @Test("Every activation", arguments: Format.allCases, Activation.allCases)
  func activations(_ format: Format, _ activation: Activation) throws {
    try expectSame([4, 4, 3], format) {
      ActivationLayer(activation, name: "act")(Rescaling(scale: 8, name: "wide")($0))
    }
    try expectSame([6], format) { Dense(4, activation: activation, name: "dense")($0) }
  }

  @Test("Layer normalisation with and without its parameters", arguments: Format.allCases)
  func layerNormalization(_ format: Format) throws {
    for (center, scale) in [(true, true), (true, false), (false, true), (false, false)] {
      try expectSame([2, 2, 5], format) { x in
        let y = LayerNormalization(epsilon: 0.01, center: center, scale: scale, name: "norm")(x)
        return Conv2D(3, kernelSize: 1, name: "next")(y)
      }
    }
  }

  @Test("The input's layer and the class names travel along")
  func names() throws {
    let folder = try TemporaryFolder()
    let input = Input(shape: [4, 4, 3], preprocessing: .scaledToMinusOneToOne, name: "picture")
    let model = Model(inputs: input, outputs: Dense(2, name: "d")(GlobalAveragePooling2D(name: "p")(input)))
    let path = folder.file("m.tflite")
    try TFLiteFile.write(model, classNames: ["ant", "bée\r\nfly"], metadata: ["task": "single_label"], to: path)
    let (graph, metadata) = try TFLiteFile.graph(contentsOf: path)
    #expect(graph.nodes[0].name == "picture" && metadata["task"] == "single_label")
    let entries = try TFLiteReader.read(Fixture.read(path)).metadata
    #expect(try FlatBufferReader(#require(entries[TFLiteMetadata.name]), identifier: "M001").text(0) == model.name)
    // The archive behind the model is one that anything opens.
    let archive = try ZipArchive(contentsOf: path)
    #expect(try archive.bytes(of: "labels.txt") == Array("ant\nbée fly\n".utf8))

    try SavedModelFile.write(model, classNames: ["ant", "bée"], metadata: ["task": "x"], to: folder.file("saved"))
    let contents = try FileManager.default.subpathsOfDirectory(atPath: folder.file("saved")).sorted()
    #expect(
      contents == [
        "assets.extra", "assets.extra/class_names.txt", "assets.extra/graft.json", "saved_model.pb", "variables",
      ])
    #expect(
      try String(contentsOfFile: folder.file("saved/assets.extra/class_names.txt"), encoding: .utf8) == "ant\nbée\n")
    // Another SavedModel is replaced; a folder of anything else is not.
    try SavedModelFile.write(model, to: folder.file("saved"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("saved/assets.extra/class_names.txt")))
    try FileManager.default.createDirectory(atPath: folder.file("photos"), withIntermediateDirectories: true)
    _ = try folder.write([1], "photos/1.jpg")
    #expect(error { try SavedModelFile.write(model, to: folder.file("photos")) }?.code == .writeFailed)
    #expect(try folder.contents == ["m.tflite", "photos", "saved"])
  }

  @Test("What there are no operations for is refused by name", arguments: Format.allCases)
  func refused(_ format: Format) throws {
    let input = Input(shape: [6, 6, 3], name: "in")
    for layer in [
      ReLU(maxValue: 1, threshold: 2, name: "jump"), ReLU(threshold: 1e-30, name: "jump"),
      Conv2DTranspose(2, kernelSize: 3, strides: 5000, name: "jump"),
      Conv2DTranspose(2, kernelSize: 3, dilationRate: 2100, name: "jump"),
    ] {
      let failure = error { _ = try format.bytes(of: Model(inputs: input, outputs: layer(input))) }
      #expect(failure?.code == .unsupported && failure?.message.contains("\"jump\"") == true, "\(layer)")
    }
  }

  @Test("Squares that are no row's, and means over another axis", arguments: Format.allCases)
  func rows(_ format: Format) throws {
    func program(_ shape: Shape, mean: Shape) -> TensorProgram {
      var program = TensorProgram(format == .tflite ? .tflite : .tensorFlow)
      program.input = program.add(.init(name: "in", shape: shape))
      let square = program.step(.multiply, [program.input, program.input], shape: shape, name: "square")
      let average = program.step(.meanOfChannels, [square], shape: mean, name: "mean")
      let sum = program.step(
        .multiply, [average, program.scalar(Float(shape.dimensions.last ?? 0))], shape: mean, name: "sum")
      let least = program.step(.maximum, [sum, program.scalar(0.5)], shape: mean, name: "least")
      let scale = program.step(.function(.reciprocalRoot), [least], shape: mean, name: "scale")
      program.output = program.step(.multiply, [program.input, scale], shape: shape, name: "out")
      return program
    }
    let graph = try ProgramGraph(program([2, 3], mean: [2, 1])).graph
    #expect(graph.nodes.last?.operation == .unitNormalization(epsilon: 0.5))
    for (shape, mean) in [([2, 3], [1, 3]), ([], []), ([0], [1]), ([2, 0], [2, 1])] as [(Shape, Shape)] {
      #expect(error { _ = try ProgramGraph(program(shape, mean: mean)) }?.code == .corrupt, "\(shape)")
    }
  }

  @Test("Steps, holes, groups and a limit of a rectifier at once", arguments: Format.allCases)
  func manyNumbers(_ format: Format) throws {
    try expectSame([7, 6, 3], format) { x in
      var y = Conv2DTranspose(4, kernelSize: Extent(height: 2, width: 5), strides: Extent(height: 3, width: 2))(x)
      y = ReLU(maxValue: 0.5, negativeSlope: 0.25, threshold: 0.125)(y)
      y = DepthwiseConv2D(kernelSize: 3, strides: Extent(height: 2, width: 1), depthMultiplier: 2)(y)
      y = Conv2DTranspose(3, kernelSize: 3, padding: .same, dilationRate: 2)(y)
      // Narrower than a step: the zeros behind the last pixel are too many.
      y = Conv2DTranspose(4, kernelSize: 1, strides: 3, outputPadding: 0)(y)
      return UnitNormalization()(y)
    }
  }

  @Test("Damaged files are refused, or are another network; nothing traps", arguments: Format.allCases)
  func damage(_ format: Format) throws {
    let input = Input(shape: [6, 6, 3], name: "in")
    var y = Conv2D(2, kernelSize: 3, strides: 2, padding: .same, activation: .relu, name: "c")(input)
    y = DepthwiseConv2D(kernelSize: 3, padding: .same, name: "d")(ZeroPadding2D(Padding(top: 1), name: "z")(y))
    y = MaxPooling2D(poolSize: 2, name: "m")(Cropping2D(Padding(left: 1), name: "crop")(y))
    let model = Model(
      inputs: input, outputs: Dense(2, name: "e")(Flatten(name: "f")(LayerNormalization(name: "n")(y))))
    try model.assignFormulaWeights()
    let bytes = try format.bytes(of: model)
    _ = try ProgramGraph(format.program(bytes))
    for length in stride(from: 0, to: bytes.count, by: 7) {
      let cut = Array(bytes.prefix(length))
      // What a SavedModel ends with is the class names' signature.
      let failure = error { _ = try ProgramGraph(format.program(cut)) }
      #expect(failure != nil || length > bytes.count - 200, "cut at \(length)")
    }
    var random = RandomNumberStream(seed: 7)
    var refusals = 0
    for _ in 0..<1500 {
      var changed = bytes
      for _ in 0..<Int(random.next() % 3 + 1) {
        let place = Int(random.next() % UInt64(bytes.count))
        changed[place] = random.next() % 2 == 0 ? UInt8(truncatingIfNeeded: random.next()) : 0xFF
      }
      if error({ _ = try ProgramGraph(format.program(changed)) }) != nil { refusals += 1 }
    }
    #expect(refusals > 150)
  }

  @Test("Whole numbers are rounded where LiteRT rounds them")
  func wholeNumbers() throws {
    let golden = try NPZFile(contentsOf: Fixture.path("whole_numbers.npz"))
    let (graph, metadata) = try TFLiteFile.graph(contentsOf: Fixture.path("whole_numbers.tflite"))
    let result = try graph.results(for: [golden.tensor(named: "pictures")])[0]
    let (expected, other) = try (golden.tensor(named: "result"), golden.tensor(named: "other"))
    // Where a number lies between two it may be rounded either way, and what follows differs a little. So Graft may be as far from
    // LiteRT at most as LiteRT's two sets of kernels are from each other, half as far on average, and some pictures, of which no
    // number lies so, are the same to the last digit: without one of the roundings none would be.
    func distances(_ results: Tensor) -> [Float] { zip(results.elements, expected.elements).map { abs($0 - $1) } }
    let (ours, theirs) = (distances(result), distances(other))
    #expect((ours.max() ?? .nan) <= (theirs.max() ?? .nan))
    #expect(2 * ours.reduce(0, +) < theirs.reduce(0, +))
    #expect((0..<16).contains { ours[(3 * $0)..<(3 * $0 + 3)].allSatisfy { $0 < 1e-5 } })
    #expect(metadata["class_names"] == "[\"ant\",\"bee\",\"cat\"]")
    let program = try TFLiteReader.read(Fixture.bytes("whole_numbers.tflite")).program
    let formats = program.steps.map { program.values[$0.output].format }
    #expect(formats.contains { $0.map { $0.zeroPoint != 0 && $0.zeroPoint != -128 } ?? false })
  }

  @Test("Kernels, windows and operands that fit nothing are refused", arguments: Format.allCases)
  func impossible(_ format: Format) throws {
    func refusal(
      _ operation: TensorOperation, kernel: Shape? = nil, to shape: Shape = [4, 4, 2], picture: Shape = [4, 4, 2],
      location: SourceLocation = #_sourceLocation
    ) {
      var program = TensorProgram(format == .tflite ? .tflite : .tensorFlow)
      program.input = program.add(.init(name: "in", shape: picture))
      let kernel = kernel.map { program.constant(Tensor(zeros: $0), name: "kernel") }
      program.output = program.step(operation, [program.input] + (kernel.map { [$0] } ?? []), shape: shape, name: "out")
      let failure = error { _ = try ProgramGraph(program) }
      #expect([.corrupt, .shapeMismatch].contains(failure?.code), sourceLocation: location)
    }
    let window = TensorOperation.Window(strides: 1, isSame: true)
    let still = TensorOperation.Window(strides: 0, isSame: false)
    let vast = TensorOperation.Window(strides: 1, dilations: Extent(1 << 40), isSame: true)
    for shape: Shape in [[2, 3, 3], [2, 3, 3, 3], [3, 3, 3, 3], [0, 3, 3, 2], [3, 3, 0, 2]] {
      refusal(.convolution(window), kernel: shape)
    }
    for shape: Shape in [[2, 3, 3, 2], [3, 1, 1, 4], [1, 3, 3, 3], [1, 3, 2]] {
      refusal(.depthwise(window, multiplier: 1), kernel: shape)
      refusal(.depthwise(window, multiplier: 0), kernel: shape)
      refusal(.depthwise(window, multiplier: .max), kernel: shape)
    }
    let square: Shape = format == .tflite ? [2, 1, 1, 2] : [1, 1, 2, 2]
    refusal(.convolution(still), kernel: square)
    refusal(.convolution(vast), kernel: square)
    refusal(.convolution(window), kernel: square, to: [4, 4, 3])
    refusal(.convolution(window))
    refusal(.pooling(.max, size: 0, window))
    refusal(.pooling(.max, size: 2, window), to: [4], picture: [4])
    refusal(.poolingOfAll(.average, keepsDimensions: false), to: [4], picture: [4])
    refusal(.matrixProduct(transposesFirst: false, transposesSecond: true))
    refusal(.product, kernel: [3, 3])
    refusal(.product, kernel: [2])
    refusal(.add)
    refusal(.add, kernel: [3])
    refusal(.multiply, kernel: [2, 2])
    refusal(.reshape([5]), to: [5])
    refusal(.meanOfChannels, to: [4, 4, 1])
    refusal(.function(.errorFunction))
    refusal(.maximum)
    refusal(.maximum, kernel: [4, 4, 2])
    refusal(.transpose([0, 1]))
    refusal(.transpose([0, 1, 3]))
    refusal(.transpose([1, 0, 2]), to: [4, 4, 2], picture: [4, 3, 2])
  }

  @Test("What several steps give has the shape that is declared, and slopes fit it") func declaredShapes() {
    func program(_ declared: Shape, slopes: Shape) -> TensorProgram {
      var program = TensorProgram(.tflite)
      program.input = program.add(.init(name: "in", shape: [1000, 1, 2]))
      // Softsign, whose result is said to be another picture.
      let size = program.step(.function(.absolute), [program.input], shape: declared, name: "size")
      let sum = program.step(.add, [size, program.scalar(1)], shape: declared, name: "sum")
      let soft = program.step(.divide, [program.input, sum], shape: declared, name: "soft")
      program.output = program.rectify(soft, slopes: Tensor(repeating: 0.5, shape: slopes), name: "r", slopesName: "s")
      return program
    }
    #expect(error { _ = try ProgramGraph(program([1000, 1, 2], slopes: [1, 1, 2])) } == nil)
    #expect(error { _ = try ProgramGraph(program([2, 1, 2], slopes: [2, 1, 2])) }?.code == .corrupt)
    for slopes: Shape in [[2, 1, 2], [1000, 2, 2], [1, 2], [1, 1, 1, 2]] {
      #expect(
        [.corrupt, .shapeMismatch].contains(
          error { _ = try ProgramGraph(program([1000, 1, 2], slopes: slopes)) }?.code))
    }
  }

  /// splitmix64.
  private struct RandomNumberStream {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
}
