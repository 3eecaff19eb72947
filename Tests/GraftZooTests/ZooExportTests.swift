import Foundation
import GraftCore
import GraftFormats
import GraftLayers
import GraftTestSupport
import GraftZoo
import Testing

/// One small network of every family as TFLite and as SavedModel: what the files hold is read again and run, and is the network.
/// `make interop` runs files in the programs that they are for.
@Suite(.timeLimit(.minutes(60))) struct ZooExportTests {
  @Test(arguments: ZooGoldenTests.cases) func filesHoldTheNetwork(_ name: String) async throws {
    let example = try GoldenFile("zoo/\(name)").parameters(ZooCase.self)
    let network = try await example.network()
    let expected = try network.results(for: example.pictures)
    let folder = FileManager.default.temporaryDirectory.appending(path: "graft-zoo-\(UUID())").path()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }

    try TFLiteFile.write(network, to: folder + "/network.tflite")
    let tflite = try TFLiteFile.graph(contentsOf: folder + "/network.tflite").graph.results(for: [example.pictures])[0]
    #expect(tflite.mismatch(expected, atol: 1e-5, rtol: 1e-5) == nil)
    try SavedModelFile.write(network, to: folder + "/network")
    let saved = try SavedModelFile.graph(contentsOf: folder + "/network").results(for: [example.pictures])[0]
    #expect(saved.mismatch(expected, atol: 1e-5, rtol: 1e-5) == nil)
  }
}
