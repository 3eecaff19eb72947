import Foundation
import Testing

/// Damaged files never crash a reader, hang it, or make it take more memory than it may.
@Suite struct FuzzTests {
  private struct Ending {
    let status: Int32
    let text: String
  }

  private static let executable: String = {
    #if os(macOS)
      for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
        return bundle.bundleURL.deletingLastPathComponent().appending(path: "graft-fuzz").path()
      }
    #endif
    return Bundle.main.bundleURL.appending(path: "graft-fuzz").path()
  }()

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path()

  private func run(_ arguments: [String], failures: String) async throws -> Ending {
    let process = Process()
    process.executableURL = URL(filePath: Self.executable)
    process.arguments = ["--root", Self.root, "--failures", failures] + arguments
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    let (ends, continuation) = AsyncStream.makeStream(of: Void.self)
    process.terminationHandler = { _ in continuation.finish() }
    try process.run()
    let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    for await _ in ends {}
    return Ending(status: process.terminationStatus, text: text)
  }
}
