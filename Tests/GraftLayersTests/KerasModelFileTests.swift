import Foundation
import GraftCore
import GraftFormats
import GraftGraph
import GraftLayers
import GraftTestSupport
import Testing

/// Whole models of every kind, saved by Keras 2 and by Keras 3: what they compute is what the library that saved them computes.
@Suite struct KerasModelFileTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/models")

  private func open(_ name: String) throws -> (file: KerasModel, expected: SafetensorsFile) {
    let path = ["keras", "h5"].map { Self.folder.appending(path: "\(name).\($0)").path() }
      .first { FileManager.default.fileExists(atPath: $0) }
    return (
      try KerasModel(contentsOf: try #require(path)),
      try SafetensorsFile(contentsOf: Self.folder.appending(path: "\(name).safetensors").path())
    )
  }

  private func check(_ model: Model, _ expected: SafetensorsFile, _ output: String) throws {
    let result = try model.results(for: expected.tensor(named: "input"))
    // Values to about 100; sums of some hundred terms.
    #expect(result.mismatch(try expected.tensor(named: output), atol: 2e-5, rtol: 2e-5) == nil)
  }

  static let kinds = ["functional", "sequential", "inner_outputs", "functions", "caffe"]

  @Test(
    arguments: kinds.flatMap { ["keras3_\($0)", "keras2_\($0)"] } + [
      "keras3_h5_functional", "keras3_h5_sequential", "keras3_h5_functions",
    ])
  func computesWhatKerasComputes(_ name: String) throws {
    let (file, expected) = try open(name)
    let output = try #require(file.outputNames.first)
    #expect(file.outputNames.count == 1)
    let model = try file.model()
    try check(model, expected, output)
    // What was read can be written down and read again.
    let copy = try ModelReader.model(model.modelConfiguration)
    for (old, new) in zip(model.ownedVariables, copy.ownedVariables) { try new.variable.assign(old.variable.value) }
    try check(copy, expected, output)
  }

  /// Every weight of a model follows its gradient: through transposed convolutions, slopes, averages and a layer that is
  /// called three times.
  @Test(arguments: [true, false]) func gradientsAreKerass(isOptimized: Bool) throws {
    let model = try open("keras3_functional").file.model()
    let expected = try SafetensorsFile(
      contentsOf: Self.folder.appending(path: "gradients.safetensors").path())
    // The batch normalisation runs on its moving statistics, as Keras's does; its gamma and beta are trained.
    let probe = try GradientProbe(
      model, inputs: [expected.tensor(named: "input")], upstream: expected.tensor(named: "upstream"),
      ofLayers: model.layers.map(\.name), usesBatchStatistics: false, isOptimized: isOptimized)
    let names = expected.names.filter { $0.hasPrefix("gradient/") }
    #expect(names.count == 11)
    #expect(probe.gradients.keys.sorted() == names.map { String($0.dropFirst("gradient/".count)) }.sorted())
    for (name, gradient) in probe.gradients {
      let mismatch = gradient.mismatch(try expected.tensor(named: "gradient/\(name)"), atol: 2e-5, rtol: 2e-5)
      #expect(mismatch == nil, "\(name): \(mismatch ?? "")")
    }
  }

  @Test(arguments: ["keras3_outputs", "keras2_outputs"]) func oneOfSeveralOutputs(_ name: String) throws {
    let (file, expected) = try open(name)
    #expect(file.outputNames == ["strange", "color", "shape"])
    // The third output, of an LSTM, need not be known for the others.
    for output in ["color", "shape"] { try check(file.model(output: output), expected, output) }
    // Layers that are no output can be chosen, too.
    #expect(try file.model(output: "hidden").output.shape == [5])
    #expect(try file.model(output: "hidden").layers.map(\.name) == ["pictures", "trunk", "pool", "hidden"])
  }

  private static let python = ProcessInfo.processInfo.environment["GRAFT_PYTHON"]

  /// What Graft read of Keras 2 or 3 and wrote again opens in Keras 3, and computes the same. GRAFT_PYTHON names a Python with it.
  @Test(.enabled(if: python != nil)) func whatIsWrittenAgainOpensInKeras() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "graft-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Keras has no layer that reverses channels: see the next test.
    let names = Self.kinds.filter { $0 != "caffe" }.flatMap { ["keras3_\($0)", "keras2_\($0)"] }
    for name in names {
      let (file, expected) = try open(name)
      try KerasModel.write(file.model(), to: folder.appending(path: "\(name).keras").path())
      try NPYFile.write(expected.tensor(named: "input"), to: folder.appending(path: "\(name).in.npy").path())
    }
    let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Golden/run_keras.py").path()
    let ending = try await ChildProcess(Self.python ?? "", [script, folder.path()]).run()
    #expect(ending.status == 0, "\(ending.errors)")
    for name in names {
      let (file, expected) = try open(name)
      let output = try NPYFile(contentsOf: folder.appending(path: "\(name).out.npy").path()).tensor()
      let mismatch = output.mismatch(
        try expected.tensor(named: #require(file.outputNames.first)), atol: 2e-5, rtol: 2e-5)
      #expect(mismatch == nil, "\(name): \(mismatch ?? "")")
    }
  }

  @Test func reversedChannelsAreNoKerasFile() throws {
    let model = try open("keras2_caffe").file.model()
    let path = FileManager.default.temporaryDirectory.appending(path: "graft-\(UUID().uuidString).keras").path()
    let error = #expect(throws: GraftError.self) { try KerasModel.write(model, to: path) }
    #expect(error?.message.contains("is a ChannelSelection, which Keras does not have") == true)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test(arguments: ["keras3_outputs", "keras2_outputs"]) func theChoiceIsAskedFor(_ name: String) throws {
    let (file, _) = try open(name)
    func message(_ output: String?) -> String? {
      let error = #expect(throws: GraftError.self) { _ = try file.model(output: output) }
      return error?.message
    }
    #expect(message(nil)?.hasPrefix("The model has 3 outputs: \"strange\", \"color\", \"shape\". Choose one") == true)
    #expect(message("colour")?.contains("The nearest of its layers: \"color\", ") == true)
    #expect(message("strange")?.hasPrefix("Layer \"strange\" has the class LSTM, which") == true)
  }

  @Test func partOfASequentialModel() throws {
    for name in ["keras3_sequential", "keras2_sequential", "keras3_h5_sequential"] {
      let (file, _) = try open(name)
      let model = try file.model(output: "trunk")
      #expect(model.output.shape == [6, 6, 4])
      #expect(model.layers.map(\.name).suffix(3) == ["augmentation", "scale", "trunk"])
    }
  }

  /// An augmentation that a file brings does nothing to what is frozen, and training through it names it.
  @Test func augmentationLayersKeepTheirArguments() throws {
    let (file, _) = try open("keras3_sequential")
    let model = try file.model()
    let rotation = try #require(model.allLayers.first { $0.className == "RandomRotation" })
    #expect(rotation.configuration["factor"] != nil && rotation.configuration["dtype"] == nil)
    let old = try open("keras2_sequential").file.model().allLayers.first { $0.className == "RandomRotation" }
    #expect(try #require(old).configuration.keys.contains("rng_type") == false)
    #expect(try model.graph().dump.contains("RandomFlip (in training only)"))
    model.isTrainable = false
    #expect(try !model.graph().dump.contains("in training only"))
  }

  @Test func unknownFunctionsAreNamed() throws {
    let configuration = try JSONValue(
      parsing: """
        {"class_name": "Functional", "config": {"name": "m", "layers": [
          {"class_name": "InputLayer", "name": "in", "config": {"name": "in", "batch_input_shape": [null, 4]},
           "inbound_nodes": []},
          {"class_name": "TFOpLambda", "name": "tf.math.lgamma",
           "config": {"name": "tf.math.lgamma", "function": "math.lgamma"}, "inbound_nodes": [["in", 0, 0, {}]]}],
         "input_layers": [["in", 0, 0]], "output_layers": [["tf.math.lgamma", 0, 0]]}}
        """)
    let error = #expect(throws: GraftError.self) { try ModelReader.model(configuration) }
    #expect(error?.code == .unsupported)
    #expect(error?.message.hasPrefix("\"tf.math.lgamma\" applies the function math.lgamma, which") == true)
  }

  @Test("A cast to floats of any width is none; one to whole numbers is refused")
  func casts() throws {
    func model(_ type: String) throws -> Model {
      try ModelReader.model(
        JSONValue(
          parsing: """
            {"class_name": "Functional", "config": {"name": "m", "layers": [
              {"class_name": "InputLayer", "name": "in", "config": {"name": "in", "batch_input_shape": [null, 4]},
               "inbound_nodes": []},
              {"class_name": "TFOpLambda", "name": "tf.cast", "config": {"name": "tf.cast", "function": "cast"},
               "inbound_nodes": [["in", 0, 0, {"dtype": "\(type)"}]]}],
             "input_layers": [["in", 0, 0]], "output_layers": [["tf.cast", 0, 0]]}}
            """))
    }
    for type in ["float32", "float16", "bfloat16"] { #expect(try model(type).output.shape == [4]) }
    let error = #expect(throws: GraftError.self) { try model("uint8") }
    #expect(
      error?.message.contains("expected a type of floats. Received: \"uint8\"") == true, "\(error?.message ?? "")")
  }
}
