import Foundation
import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import Testing

@testable import GraftFormats

/// ONNX files of all kinds, held against ONNX Runtime (Tests/Golden/generator/onnx_models.py).
@Suite struct ONNXReadingTests {
  struct Case: Decodable {
    let outputs: [String]
  }

  static let cases = [
    "channels_last", "operators_11", "operators_13", "operators_20", "torch_flat_11", "torch_flat_17", "torch_flat_18",
    "torch_gated_11", "torch_gated_17", "torch_gated_18", "torch_modern_11", "torch_modern_17", "torch_modern_18",
    "torch_pooled_11", "torch_pooled_17", "torch_pooled_18", "torch_pooled_18_of_2",
    "torch_residual_11", "torch_residual_17", "torch_residual_18",
  ]

  private func file(_ name: String) throws -> ONNXModel {
    try ONNXModel(contentsOf: GoldenFile.folder.appending(path: "onnx_models/\(name).onnx").path())
  }

  @Test func everyCaseIsListed() throws {
    #expect(try GoldenFile.cases(in: "onnx_models") == Self.cases.map { "onnx_models/\($0)" })
  }

  @Test("Every output is ONNX Runtime's, and the network's configuration makes it again", arguments: cases)
  func outputs(_ name: String) throws {
    let golden = try GoldenFile("onnx_models/\(name)")
    let file = try file(name)
    let outputs = try golden.parameters(Case.self).outputs
    #expect(file.outputs == outputs)
    let x = try golden.tensor("input")
    for output in outputs {
      do {
        let model = try file.model(output: output)
        let expected = try golden.tensor(output)
        let result = try model.results(for: x)
        let mismatch = result.mismatch(expected, atol: 1e-5, rtol: 1e-5)
        #expect(mismatch == nil, "\(output): \(mismatch ?? "")")
        let copy = try ModelReader.model(model.modelConfiguration)
        for (old, new) in zip(model.ownedVariables, copy.ownedVariables) {
          try new.variable.assign(old.variable.value)
        }
        #expect(try copy.results(for: x) == result, "\(output), from its configuration")
      } catch {
        Issue.record("\(output): \(error)")
      }
    }
  }

  @Test("Layers have the names of PyTorch's modules, weights are variables, nothing is left of transpositions")
  func names() throws {
    let residual = try file("torch_residual_11").model()
    #expect(
      residual.layers.map(\.name) == [
        "input", "conv1_pad", "conv1", "relu", "maxpool_pad", "maxpool", "layer1.0", "layer1.2.mul", "add",
        "avgpool.globalaveragepool", "flatten", "fc",
      ])
    let modern = try file("torch_modern_17").model()
    #expect(!modern.layers.contains { $0 is Reshape })
    #expect(modern.layers.contains { ($0 as? ActivationLayer)?.activation == .gelu })
    #expect(modern.layers.filter { $0 is LayerNormalization }.count == 1)
    #expect(modern.layers.filter { $0 is LayerScale }.count == 1)
    // The same network without the operator has it all the same.
    #expect(try file("torch_modern_11").model().layers.contains { $0 is LayerNormalization })
    let kernel = try residual.layer(named: "fc").variables
    #expect(kernel.map(\.name) == ["kernel", "bias"] && kernel[0].shape == [6, 4])
  }

  @Test("What the file says about itself")
  func header() throws {
    let file = try file("torch_residual_17")
    #expect(file.producer == "pytorch" && file.opset == 17 && file.inputShape == [9, 8, 3])
    #expect(try file.preprocessing == nil)
    #expect(try self.file("channels_last").inputShape == [9, 8, 3])
  }

  @Test("Another size of pictures, and a network that ends before what is not known or cannot take it")
  func sizes() throws {
    let residual = try file("torch_residual_17")
    let model = try residual.model(inputShape: [17, 20, 3])
    #expect(model.input.shape == [17, 20, 3] && model.output.shape == [4])
    let flat = try file("torch_flat_17")
    #expect(error { _ = try flat.model(inputShape: [17, 20, 3]) }?.message.contains("features") == true)
    let cut = try flat.model(inputShape: [17, 20, 3], endingAt: "features.2.maxpool")
    #expect(cut.output.shape == [8, 9, 4])
    #expect(error { _ = try residual.model(inputShape: [17, 20, 4]) }?.code == .invalidArgument)
    #expect(error { _ = try residual.model(output: "logits") }?.message.contains("output") == true)
  }

  @Test("A walk through the memory of all pictures is one in their order, or an error")
  func otherWalks() throws {
    let folder = try TemporaryFolder()
    func walk(_ numbers: [Int]) -> [UInt8] { numbers.flatMap { [UInt8($0)] + [UInt8](repeating: 0, count: 7) } }
    let path = GoldenFile.folder.appending(path: "onnx_models/torch_pooled_18_of_2.onnx")
    let bytes = Array(try Data(contentsOf: path))
    for other in [[1, 0, 2, 3, 4, 5, 6, 7, 8, 9], [5, 6, 7, 8, 9, 0, 1, 2, 3, 4]] {
      let changed = bytes.replacing(walk(Array(0..<10)), with: walk(other))
      #expect(changed != bytes)
      let file = try folder.write(changed, "other.onnx")
      let failure = error { _ = try ONNXModel(contentsOf: file).model() }
      #expect(failure?.code == .unsupported && failure?.message.contains("in their order") == true)
    }
  }

  /// A view of what is pooled, as PyTorch writes it, and what comes instead of some of its nodes.
  private func view(_ instead: [String: (inout ONNXText) -> Void] = [:], output: String = "y") throws -> Model {
    var text = ONNXText()
    text.outputs = [output]
    let numbers: [(String, [Int], [Int])] = [
      ("minus", [1], [-1]), ("zero", [], [0]), ("one", [], [1]), ("three", [], [3]), ("axis", [1], [1]),
      ("channels", [1, 3], [0, 1, 2]), ("front", [1], [0]), ("two", [2, 3], [0, 1, 2, 0, 1, 2]),
    ]
    for (name, shape, values) in numbers { text.constant(name, shape, ints: values) }
    let steps: [(String, [String], String, [(String, [Int])])] = [
      ("GlobalAveragePool", ["x"], "pooled", []), ("Reshape", ["pooled", "minus"], "row", []),
      ("Shape", ["x"], "lengths", [("start", [0]), ("end", [1])]), ("Squeeze", ["lengths"], "count", []),
      ("Range", ["zero", "count", "one"], "pictures", []), ("Mul", ["pictures", "three"], "firsts", []),
      ("Unsqueeze", ["firsts", "axis"], "rows", []), ("Add", ["rows", "channels"], "places", []),
      ("Gather", ["row", "places"], "y", []),
    ]
    for (type, inputs, result, attributes) in steps {
      if let other = instead[result] { other(&text) } else { text.node(type, inputs, [result], attributes) }
    }
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) {
      try ONNXModel(contentsOf: folder.write(text.bytes, "view.onnx")).model()
    }
  }

  @Test("A view is read only if it is one of any number of pictures")
  func otherViews() throws {
    let x = FormulaTensor.make(name: "x", shape: [3, 8, 8, 3], role: .input)
    let input = Input(shape: [8, 8, 3])
    let pooled = try Model(inputs: input, outputs: GlobalAveragePooling2D()(input)).results(for: x)
    #expect(try view().results(for: x) == pooled)
    let others: [(String, (inout ONNXText) -> Void)] = [
      ("places", { $0.node("Add", ["rows", "two"], ["places"]) }),
      ("rows", { $0.node("Unsqueeze", ["firsts", "front"], ["rows"]) }),
      ("firsts", { $0.node("Mul", ["pictures", "pictures"], ["firsts"]) }),
      ("firsts", { $0.node("Cast", ["pictures"], ["firsts"], [("to", [9])]) }),
      ("firsts", { $0.node("Neg", ["pictures"], ["firsts"]) }),
      ("count", { $0.node("Mul", ["lengths", "three"], ["count"]) }),
      ("y", { $0.node("Gather", ["pooled", "places"], ["y"]) }), ("y", { $0.node("Relu", ["row"], ["y"]) }),
      ("y", { $0.node("Relu", ["places"], ["y"]) }), ("y", { $0.node("Identity", ["places"], ["y"]) }),
    ]
    for (index, (name, other)) in others.enumerated() {
      let failure = error { _ = try view([name: other]) }
      #expect(failure != nil && failure?.code != .invalidArgument, "\(index): \(String(describing: failure))")
    }
    #expect(error { _ = try view(output: "row") }?.message.contains("all pictures in one row") == true)
  }

  @Test("Weights beside the file are read, and no others")
  func external() throws {
    let golden = try GoldenFile("onnx_models/torch_gated_17")
    let x = try golden.tensor("input")
    #expect(
      try file("external").model().results(for: x).mismatch(golden.tensor("output"), atol: 1e-5, rtol: 1e-5) == nil)
    let folder = try TemporaryFolder()
    let inner = folder.file("inner")
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
    let source = GoldenFile.folder.appending(path: "onnx_models")
    let bytes = try Data(contentsOf: source.appending(path: "external.onnx"))
    let data = try Data(contentsOf: source.appending(path: "external.data"))
    try bytes.write(to: URL(filePath: inner + "/m.onnx"))
    func failure() -> GraftError? { error { _ = try ONNXModel(contentsOf: inner + "/m.onnx").model() } }
    #expect(failure()?.code == .fileNotFound)
    // A link out of the folder is a way out of the folder.
    try data.write(to: URL(filePath: folder.file("outside.data")))
    try FileManager.default.createSymbolicLink(
      atPath: inner + "/external.data", withDestinationPath: folder.file("outside.data"))
    #expect(failure()?.message.contains("outside of the model's own folder") == true)
    try FileManager.default.removeItem(atPath: inner + "/external.data")
    try data.dropLast(8).write(to: URL(filePath: inner + "/external.data"))
    #expect(failure()?.code == .corrupt)
    for place in ["../outside.dat", "/etc/passwd\0\0", "external\0data"] {
      let other = Array(bytes).replacing("external.data".utf8, with: Array(place.utf8.prefix(13)))
      #expect(other.count == bytes.count || place.utf8.count != 13)
      try Data(other).write(to: URL(filePath: inner + "/m.onnx"))
      #expect(failure() != nil, "\(place)")
    }
  }

  @Test("The largest floats are no bounds: old opsets have them by default, and exporters write them out")
  func openBounds() throws {
    let folder = try TemporaryFolder()
    let x = FormulaTensor.make(name: "x", shape: [2, 8, 8, 3], role: .input)
    let most = Float.greatestFiniteMagnitude
    let cases: [(numbers: [(String, Float)], expected: (Float) -> Float)] = [
      ([], { $0 }), ([("min", -most), ("max", most)], { $0 }), ([("min", 0), ("max", most)], { max(0, $0) }),
      ([("min", -most), ("max", 0.25)], { min(0.25, $0) }),
    ]
    for (index, item) in cases.enumerated() {
      var text = ONNXText()
      text.opset = 9
      text.node("Clip", ["x"], ["y"], numbers: item.numbers)
      let path = try folder.write(text.bytes, "\(index).onnx")
      let result = try ONNXModel(contentsOf: path).model().results(for: x)
      let mismatch = result.mismatch(Tensor(shape: x.shape, x.elements.map(item.expected)), atol: 1e-6)
      #expect(mismatch == nil, "\(index): \(mismatch ?? "")")
    }
  }
}
