import Foundation
import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import Testing

@testable import GraftFormats

/// Every layer of the golden data with one input, exported by itself and run by what reads the format: Keras's numbers.
///
/// GRAFT_PYTHON names a Python with Keras, TensorFlow, ONNX Runtime and LiteRT.
@Suite(.timeLimit(.minutes(60))) struct LayerExportTests {
  private static let python = ProcessInfo.processInfo.environment["GRAFT_PYTHON"]

  private struct Case: Decodable {
    let className: String
    let config: JSONValue
    let training: Bool
  }

  /// A golden layer with one input as a network.
  private struct Example {
    let name: String
    let model: Model
    let input: Tensor
    let expected: Tensor
  }

  private func examples() throws -> [Example] {
    let examples = try GoldenFile.cases(in: "layers").compactMap { name -> Example? in
      let golden = try GoldenFile(name)
      let example = try golden.parameters(Case.self)
      guard !example.training, !golden.names.contains("input/1") else { return nil }
      let layer = try LayerRegistry.make(className: example.className, configuration: example.config)
      let input = try golden.tensor("input/0")
      let symbol = Input(shape: input.shape.droppingFirst)
      let model = Model(inputs: symbol, outputs: layer(symbol))
      for variable in layer.variables {
        try variable.assign(golden.tensor("weight/\(variable.name)").reshaped(variable.shape))
      }
      return Example(
        name: name.replacing("layers/", with: ""), model: model, input: input,
        expected: try golden.tensor("output"))
    }
    #expect(examples.count > 120)
    return try examples + product()
  }

  /// Layers with two inputs, in a network that has one.
  private func product() throws -> [Example] {
    let input = Input(shape: [4, 3])
    let branches = [Dense(3, activation: .tanh)(input), Permute([2, 1])(Dense(6)(Permute([2, 1])(input)))]
    return try [([2, 2], false), ([-1, -1], true)].map { axes, normalize in
      let model = Model(inputs: input, outputs: Dot(axes: axes, normalize: normalize)(branches))
      try model.assignFormulaWeights()
      let x = FormulaTensor.make(name: "x", shape: [2, 4, 3], role: .input)
      return Example(
        name: "dot_\(normalize ? "normalized" : "plain")", model: model, input: x, expected: try model.results(for: x))
    }
  }

  /// Exports every layer, runs a script on the folder, and compares what it wrote.
  ///
  private func compare(
    _ script: String, atol: Float, _ write: (_ model: Model, _ path: String) throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    var expected: [String: Tensor] = [:]
    for example in try examples() {
      try write(example.model, folder.file(example.name))
      try NPYFile.write(example.input, to: folder.file("\(example.name).in.npy"))
      expected[example.name] = example.expected
    }
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let arguments = [
      root.appending(path: "Golden/\(script)").path(),
      URL(filePath: folder.file("x")).deletingLastPathComponent().path(),
    ]
    let ending = try await ChildProcess(Self.python ?? "", arguments).run()
    #expect(ending.status == 0, "\(ending.errors)")
    // Keras 3.15 cannot read RandomShear's configuration as it writes it itself: it takes no factor below 0. And Equalization
    // hands on its input, which Keras's functional models call a cycle.
    if script == "run_keras.py" {
      for name in ["RandomShear", "Equalization"] { expected["training_only_\(name)"] = nil }
    }
    for (file, tensor) in expected {
      let path = folder.file("\(file).out.npy")
      guard FileManager.default.fileExists(atPath: path) else {
        Issue.record("\(file): \(script) gave nothing")
        continue
      }
      let mismatch = try NPYFile(contentsOf: path).tensor().mismatch(tensor, atol: atol, rtol: atol)
      #expect(mismatch == nil, "\(file): \(mismatch ?? "")")
    }
  }

  /// What was written is run by Graft, without any other program.
  @Test(arguments: NetworkFileTests.Format.allCases) func filesAreReadAgain(_ format: NetworkFileTests.Format) throws {
    for example in try examples() {
      let program = try format.program(format.bytes(of: example.model))
      let result = try ProgramGraph(program).graph.results(for: [example.input])[0]
      let mismatch = result.mismatch(example.expected, atol: 5e-6, rtol: 5e-6)
      #expect(mismatch == nil, "\(example.name): \(mismatch ?? "")")
    }
  }

  @Test(.enabled(if: python != nil)) func onnxRuntimeRunsEveryLayer() async throws {
    try await compare("run_onnx.py", atol: 5e-6) { model, path in
      try Data(ONNXFile.bytes(of: model, metadata: [:])).write(to: URL(filePath: "\(path).onnx"))
    }
  }

  /// The library that computed the numbers, on one machine: the same to the last bits.
  @Test(.enabled(if: python != nil)) func kerasOpensEveryLayer() async throws {
    try await compare("run_keras.py", atol: 1e-6) { model, path in try KerasModel.write(model, to: "\(path).keras") }
  }

  @Test(.enabled(if: python != nil)) func liteRTRunsEveryLayer() async throws {
    try await compare("run_litert.py", atol: 5e-6) { model, path in
      try TFLiteFile.write(model, to: path + ".tflite")
    }
  }

  @Test(.enabled(if: python != nil)) func tensorFlowRunsEveryLayer() async throws {
    try await compare("run_saved_model.py", atol: 5e-6) { model, path in
      try SavedModelFile.write(model, to: path + ".saved")
    }
  }
}
