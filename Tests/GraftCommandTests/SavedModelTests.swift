internal import Foundation
internal import Graft
internal import GraftTestSupport
internal import Testing

/// TensorFlow SavedModels as bases, on the command line.
@Suite struct SavedModelTests {
  private let source = GoldenFile.folder.appending(path: "saved_model")
  private var base: String { "savedmodel:" + source.appending(path: "tiny").path() }

  #if TensorFlow
    @Test("Features are the native network's, a head is trained on them, and the model stands on the SavedModel")
    func train() async throws {
      let folder = try TestFolder()
      let photos = try folder.photos()
      try await Command.run("features", photos, "--base", base, "--preprocess", "tf", "-o", folder("a.npy"))
        .expectSuccess()
      let native = source.appending(path: "tiny.keras").path()
      try await Command.run(
        "features", photos, "--base", native, "--cut", "features", "--preprocess", "tf", "-o", folder("b.npy")
      ).expectSuccess()
      let features = try NPYFile(contentsOf: folder("a.npy")).tensor()
      let mismatch = try features.mismatch(NPYFile(contentsOf: folder("b.npy")).tensor(), atol: 1e-5, rtol: 1e-5)
      #expect(mismatch == nil, "\(mismatch ?? "")")
      try await Command.run(
        "train", photos, "--base", base, "--preprocess", "tf", "--head", "dense", "--epochs", "2", "-o",
        folder("m.graft")
      ).expectSuccess()
      try await Command.run("evaluate", folder("m.graft"), photos).expectSuccess()
      try await Command.run("export", folder("m.graft"), "--to", "onnx", "-o", folder("m.onnx"))
        .expectFailure("saved_model")
      try await Command.run("export", folder("m.graft"), "--to", "keras", "-o", folder("m.keras"))
        .expectFailure("SavedModel")
      try await Command.run("train", photos, "--base", base, "-o", folder("n.graft")).expectStopped("--preprocess")
    }
  #else
    @Test("Without TensorFlow: how to turn it on")
    func unavailable() async throws {
      let folder = try TestFolder()
      try await Command.run("train", folder.photos(), "--base", base, "-o", folder("m.graft"))
        .expectStopped("scripts/bootstrap --with-tensorflow", "--traits TensorFlow")
    }
  #endif

  @Test("A folder that is not there or holds no SavedModel")
  func missing() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    try await Command.run("train", photos, "--base", "savedmodel:\(folder("none"))", "-o", folder("m.graft"))
      .expectStopped("none")
    try await Command.run("train", photos, "--base", "savedmodel:\(photos)", "-o", folder("m.graft"))
      .expectStopped("saved_model.pb")
  }
}
