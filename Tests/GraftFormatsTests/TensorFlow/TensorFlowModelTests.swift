import Foundation
import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import Testing

@testable import GraftFormats

/// A SavedModel as Keras exports it (Tests/Golden/generator/saved_model.py): what it says, and what becomes of it.
@Suite struct TensorFlowModelTests {
  private let source = GoldenFile.folder.appending(path: "saved_model")
  private var path: String { source.appending(path: "tiny").path() }

  @Test("Signatures are read without TensorFlow")
  func signatures() throws {
    let file = try TensorFlowModel(contentsOf: path)
    #expect(file.signatures == ["serve", "serving_default"])
    #expect(file.outputs() == ["output_0"] && file.outputs(of: "none").isEmpty)
    #expect(error { _ = try file.model(signature: "predict") }?.message.contains("serve, serving_default") == true)
    #expect(error { _ = try file.model(output: "logits") }?.message.contains("output_0") == true)
    #expect(error { _ = try file.model(inputShape: [16, 16, 3]) }?.code == .invalidArgument)
    #expect(error { _ = try TensorFlowModel(contentsOf: "/nowhere") }?.code == .fileNotFound)
  }

  #if TensorFlow
    @Test("TensorFlow's results are Keras's, and the native network's; a configuration makes the network again")
    func results() throws {
      let golden = try GoldenFile("saved_model/tiny")
      let x = try golden.tensor("input")
      let network = try TensorFlowModel(contentsOf: path).model()
      #expect(network.output.shape == [5] && network.parameterCount == 0)
      let results = try network.results(for: x)
      #expect(try results.mismatch(golden.tensor("output"), atol: 1e-5, rtol: 1e-5) == nil)
      let native = try KerasModel(contentsOf: source.appending(path: "tiny.keras").path()).model()
      #expect(try results.mismatch(native.results(for: x), atol: 1e-5, rtol: 1e-5) == nil)
      let copy = try ModelReader.model(network.modelConfiguration)
      #expect(try copy.results(for: x) == results)
      #expect(try copy.graph().nodes.map(\.operation) == network.graph().nodes.map(\.operation))
    }

    @Test("Another SavedModel in the place of the one that was taken is refused")
    func exchanged() throws {
      let folder = try TemporaryFolder()
      try FileManager.default.copyItem(atPath: path, toPath: folder.file("tiny"))
      let network = try TensorFlowModel(contentsOf: folder.file("tiny")).model()
      let configuration = try network.modelConfiguration
      let variables = folder.file("tiny/variables/variables.data-00000-of-00001")
      var bytes = try Data(contentsOf: URL(filePath: variables))
      bytes[100] ^= 1
      try bytes.write(to: URL(filePath: variables))
      let failure = error { _ = try ModelReader.model(configuration) }
      #expect(failure?.code == .corrupt && failure?.message.contains("not the one") == true)
      try FileManager.default.removeItem(atPath: folder.file("tiny"))
      #expect(error { _ = try ModelReader.model(configuration) }?.code == .fileNotFound)
    }

    @Test("Damage that TensorFlow itself finds is an error with its words")
    func damaged() throws {
      let folder = try TemporaryFolder()
      try FileManager.default.copyItem(atPath: path, toPath: folder.file("tiny"))
      try FileManager.default.removeItem(atPath: folder.file("tiny/variables"))
      let failure = error { _ = try TensorFlowModel(contentsOf: folder.file("tiny")).model() }
      #expect(failure?.message.contains("TensorFlow cannot") == true)
    }
  #else
    @Test("Without TensorFlow: how to turn it on")
    func unavailable() throws {
      #expect(!TensorFlowModel.isAvailable)
      let failure = error { _ = try TensorFlowModel(contentsOf: path).model() }
      #expect(failure?.code == .unsupported)
      for part in ["scripts/bootstrap --with-tensorflow", "--traits TensorFlow"] {
        #expect(failure?.message.contains(part) == true)
      }
    }
  #endif

  @Test("Files that are cut anywhere or changed anywhere never crash")
  func damage() throws {
    let folder = try TemporaryFolder()
    let bytes = try [UInt8](Data(contentsOf: source.appending(path: "tiny/saved_model.pb")))
    func read(_ bytes: [UInt8]) throws {
      _ = try folder.write(bytes, "saved_model.pb")
      _ = try TensorFlowModel(contentsOf: folder.path).outputs()
    }
    for length in stride(from: 0, to: bytes.count - 1, by: 997) {
      #expect(error { try read(Array(bytes.prefix(length))) } != nil, "cut at \(length)")
    }
    var state: UInt64 = 3
    func random() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33)
    }
    for _ in 0..<100 {
      var copy = bytes
      for _ in 0..<4 { copy[copy.count - 1 - random() % 2000] = UInt8(truncatingIfNeeded: random()) }
      _ = error { try read(copy) }
    }
  }
}
