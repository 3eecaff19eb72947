import Foundation
import GraftCore
import GraftLayers
import GraftTestSupport
import Testing

@testable import GraftFormats

/// Every layer of the golden data with one input, exported by itself and run by ONNX Runtime: Keras's numbers.
@Suite(.timeLimit(.minutes(10))) struct ONNXRuntimeTests {
  private static let python = ProcessInfo.processInfo.environment["GRAFT_PYTHON"]

  private struct Case: Decodable {
    let className: String
    let config: JSONValue
    let training: Bool
  }

  /// GRAFT_PYTHON names a Python with ONNX Runtime.
  @Test(.enabled(if: python != nil)) func onnxRuntimeComputesWhatKerasComputes() throws {
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
      try Data(ONNXFile.bytes(of: model, metadata: [:])).write(to: URL(filePath: folder.file("\(file).onnx")))
      try NPYFile.write(input, to: folder.file("\(file).in.npy"))
      expected[file] = try golden.tensor("output")
    }
    #expect(expected.count > 120)
    let process = Process()
    process.executableURL = URL(filePath: Self.python ?? "")
    let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Golden/run_onnx.py").path()
    process.arguments = [script, URL(filePath: folder.file("x")).deletingLastPathComponent().path()]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    for (file, tensor) in expected {
      let path = folder.file("\(file).out.npy")
      guard FileManager.default.fileExists(atPath: path) else {
        Issue.record("\(file): ONNX Runtime gave nothing")
        continue
      }
      let mismatch = try NPYFile(contentsOf: path).tensor().mismatch(tensor, atol: 5e-6, rtol: 5e-6)
      #expect(mismatch == nil, "\(file): \(mismatch ?? "")")
    }
  }
}
