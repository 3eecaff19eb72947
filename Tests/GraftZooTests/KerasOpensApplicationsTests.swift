import Foundation
import GraftCore
import GraftFormats
import GraftLayers
import GraftTestSupport
import GraftZoo
import Testing

/// Networks with layers that keras.applications define for themselves, written as `.keras` files.
@Suite(.timeLimit(.minutes(60))) struct KerasOpensApplicationsTests {
  private static let python = ProcessInfo.processInfo.environment["GRAFT_PYTHON"]

  /// Keras itself opens the file and computes what it computed for the golden data. GRAFT_PYTHON names a Python with Keras.
  @Test(.enabled(if: python != nil), arguments: ["ConvNeXtTiny", "InceptionResNetV2"])
  func kerasOpensWhatGraftWrites(_ name: String) async throws {
    let golden = try GoldenFile("zoo/\(name)")
    let example = try golden.parameters(ZooCase.self)
    let folder = FileManager.default.temporaryDirectory.appending(path: "graft-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = ["x.keras", "x.in.npy", "x.out.npy"].map { folder.appending(path: $0).path() }
    try KerasModel.write(try await example.network(), to: paths[0])
    try NPYFile.write(example.pictures, to: paths[1])
    let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Golden/run_keras.py").path()
    let ending = try await ChildProcess(Self.python ?? "", [script, folder.path()]).run()
    #expect(ending.status == 0, "\(ending.errors)")
    let output = try NPYFile(contentsOf: paths[2]).tensor()
    #expect(output.mismatch(try golden.tensor("output"), atol: 1e-4, rtol: 1e-4) == nil)
  }
}
