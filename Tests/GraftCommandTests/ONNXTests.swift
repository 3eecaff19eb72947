internal import Foundation
internal import Graft
internal import GraftTestSupport
internal import Testing

/// Networks in ONNX as bases, on the command line.
@Suite struct ONNXTests {
  private let residual = GoldenFile.folder.appending(path: "onnx_models/torch_residual_17.onnx").path()

  @Test("Trains on a file of PyTorch's, thaws part of it, and the model stands alone")
  func train() async throws {
    let folder = try TestFolder()
    let trained = try await Command.run(
      "train", folder.photos(), "--base", residual, "--image-size", "24", "--epochs", "2", "--head", "dense",
      "--fine-tune-from", "layer1.0", "--fine-tune-epochs", "1", "--json", "-o", folder("m.graft"))
    #expect(trained.succeeded, "\(trained.errors)")
    let model = try await GraftModel(contentsOf: folder("m.graft"))
    #expect(model.model.preprocessing == .torch && model.model.input.shape == [24, 24, 3])
    #expect(model.provenance.base?.contains("torch_residual_17.onnx, written by pytorch") == true)
    let inspected = try await Command.run("inspect", folder("m.graft"))
    #expect(inspected.output.contains("layer1.0"))
    // Out again, and once more a base: a file of Graft's says itself how pictures become its input.
    try await Command.run("export", folder("m.graft"), "--to", "onnx", "-o", folder("m.onnx")).expectSuccess()
    try await Command.run(
      "train", folder("photos"), "--base", folder("m.onnx"), "--epochs", "1", "--head", "dense", "-o", folder("n.graft")
    ).expectSuccess()
    #expect(try await GraftModel(contentsOf: folder("n.graft")).model.preprocessing == .torch)
  }

  @Test("Runs a network as it is")
  func run() async throws {
    let folder = try TestFolder()
    let golden = try GoldenFile("onnx_models/torch_residual_17")
    try NPYFile.write(golden.tensor("input"), to: folder("x.npy"))
    try await Command.run("run", residual, "--input", folder("x.npy"), "--output", folder("y.npy")).expectSuccess()
    let result = try NPYFile(contentsOf: folder("y.npy")).tensor()
    #expect(try result.mismatch(golden.tensor("output"), atol: 1e-5, rtol: 1e-5) == nil)
  }

  @Test("What cannot be a base is an error that says why")
  func refused() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    let silent = GoldenFile.folder.appending(path: "onnx_models/operators_20.onnx").path()
    try await Command.run("train", photos, "--base", silent, "--cut", "pads", "-o", folder("m.graft"))
      .expectStopped("--preprocess")
    try Data("no network".utf8).write(to: URL(filePath: folder("text.onnx")))
    try await Command.run("train", photos, "--base", folder("text.onnx"), "-o", folder("m.graft"))
      .expectStopped("text.onnx")
  }
}
