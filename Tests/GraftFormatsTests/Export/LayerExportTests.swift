import Foundation
import GraftCore
import GraftLayers
import GraftTestSupport
import Testing

@testable import GraftFormats

/// Every layer of the golden data with one input, exported by itself and run by what reads the format: Keras's numbers.
///
/// GRAFT_PYTHON names a Python with Keras and ONNX Runtime.
@Suite(.timeLimit(.minutes(60))) struct LayerExportTests {
  private static let python = ProcessInfo.processInfo.environment["GRAFT_PYTHON"]

  private struct Case: Decodable {
    let className: String
    let config: JSONValue
    let training: Bool
  }

  /// Exports every layer, runs a script on the folder, and compares what it wrote.
  private func compare(
    _ script: String, atol: Float, _ write: (_ model: Model, _ path: String) throws -> Void
  ) throws {
    let folder = try TemporaryFolder()
    var expected: [String: Tensor] = [:]
    for name in try GoldenFile.cases(in: "layers") {
      let golden = try GoldenFile(name)
      let example = try golden.parameters(Case.self)
      guard !example.training, !golden.names.contains("input/1") else { continue }
      let layer = try LayerRegistry.make(className: example.className, configuration: example.config)
      let input = try golden.tensor("input/0")
      let symbol = Input(shape: input.shape.droppingFirst)
      let model = Model(inputs: symbol, outputs: layer(symbol))
      for variable in layer.variables {
        try variable.assign(golden.tensor("weight/\(variable.name)").reshaped(variable.shape))
      }
      let file = name.replacing("layers/", with: "")
      try write(model, folder.file(file))
      try NPYFile.write(input, to: folder.file("\(file).in.npy"))
      expected[file] = try golden.tensor("output")
    }
    #expect(expected.count > 120)
    let process = Process()
    process.executableURL = URL(filePath: Self.python ?? "")
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    process.arguments = [
      root.appending(path: "Golden/\(script)").path(),
      URL(filePath: folder.file("x")).deletingLastPathComponent().path(),
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    // Keras 3.15 cannot read RandomShear's configuration as it writes it itself: it takes no factor below 0.
    if script == "run_keras.py" { expected["training_only_RandomShear"] = nil }
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

  @Test(.enabled(if: python != nil)) func onnxRuntimeRunsEveryLayer() throws {
    try compare("run_onnx.py", atol: 5e-6) { model, path in
      try Data(ONNXFile.bytes(of: model, metadata: [:])).write(to: URL(filePath: "\(path).onnx"))
    }
  }

  /// The library that computed the numbers, on one machine: the same to the last bits.
  @Test(.enabled(if: python != nil)) func kerasOpensEveryLayer() throws {
    try compare("run_keras.py", atol: 1e-6) { model, path in try KerasModel.write(model, to: "\(path).keras") }
  }
}
