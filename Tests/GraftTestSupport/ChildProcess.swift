internal import Foundation
internal import GraftCore
internal import Synchronization

/// A process that a test starts, watches, and may end before its time.
///
/// The watch has a thread of its own, and the end's time is taken when it comes: tasks wait for their turn where long
/// synchronous tests hold all threads that tasks have, for minutes on a small machine.
public struct ChildProcess: Sendable {
  /// What came of it.
  public struct Ending: Sendable {
    /// Its exit code, or the signal's number.
    public let status: Int32
    /// Whether a signal ended the process.
    public let wasKilled: Bool
    /// What it wrote to standard output.
    public let output: String
    /// What it wrote to standard error.
    public let errors: String
    /// From its start to its end.
    public let seconds: Double
  }

  /// What a watch sees of a process that runs.
  public struct Glimpse {
    /// The seconds since the process's start.
    public let seconds: Double
    fileprivate let files: [URL]

    /// What the process has said so far, on standard output and then on standard error.
    public var text: String {
      files.map { String(decoding: (try? Data(contentsOf: $0)) ?? Data(), as: UTF8.self) }.joined()
    }
  }

  private let executable: String
  private let arguments: [String]
  private let environment: [String: String]

  /// - Parameters:
  ///   - fileBlocks: The largest file that the process may write, in blocks of 512 bytes, as on a disk that is full.
  ///   - environment: Variables beside those of the tests, or instead of them.
  public init(
    _ executable: String, _ arguments: [String], fileBlocks: Int? = nil, environment: [String: String] = [:]
  ) {
    self.environment = environment
    guard let fileBlocks else {
      (self.executable, self.arguments) = (executable, arguments)
      return
    }
    // Without the signal, a write past the limit fails as one on a full disk does.
    self.executable = "/bin/sh"
    self.arguments =
      ["-c", "trap '' XFSZ; ulimit -f \(fileBlocks); exec \"$0\" \"$@\"", executable] + arguments
  }

  /// The path of a program that is built with the tests.
  public static func built(_ name: String) -> String {
    #if os(macOS)
      for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
        return bundle.bundleURL.deletingLastPathComponent().appending(path: name).path()
      }
    #endif
    return Bundle.main.bundleURL.appending(path: name).path()
  }

  /// Runs it to its end.
  ///
  /// - Parameters:
  ///   - interval: The seconds between two looks.
  ///   - watch: Called again and again while the process runs; it gets the signal that comes back, if one does.
  public func run(
    every interval: Double = 0.02, watch: (@Sendable (Glimpse) -> Int32?)? = nil
  ) async throws -> Ending {
    let folder = FileManager.default.temporaryDirectory.appending(path: "graft-child-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files, not pipes: they never fill up.
    let files = ["stdout", "stderr"].map { folder.appending(path: $0) }
    for file in files { try Data().write(to: file) }
    let handles = try files.map { try FileHandle(forWritingTo: $0) }
    let process = Process()
    process.executableURL = URL(filePath: executable)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    (process.standardOutput, process.standardError) = (handles[0], handles[1])

    let (ends, continuation) = AsyncStream.makeStream(of: ContinuousClock.Instant.self)
    let hasEnded = Flag()
    process.terminationHandler = { _ in
      hasEnded.value.store(true, ordering: .releasing)
      continuation.yield(.now)
      continuation.finish()
    }
    let began = ContinuousClock.now
    try process.run()
    // Foundation keeps them open for all its life: hundreds of runs come near the 1024 files that its watch over processes,
    // a `select`, can see.
    for handle in handles { try handle.close() }
    let identifier = process.processIdentifier
    if let watch {
      Thread.detachNewThread {
        while !hasEnded.value.load(ordering: .acquiring) {
          let seconds = (ContinuousClock.now - began) / .seconds(1)
          // A look may take a while; ended meanwhile, the number may be another process's.
          if let signal = watch(Glimpse(seconds: seconds, files: files)), !hasEnded.value.load(ordering: .acquiring) {
            kill(identifier, signal)
          }
          Thread.sleep(forTimeInterval: interval)
        }
      }
    }
    // A task of its own, which nothing cancels: a test whose time is over ends its process, and waits for that.
    let waiting = Task {
      var last = began
      for await end in ends { last = end }
      return last
    }
    let end = await withTaskCancellationHandler {
      await waiting.value
    } onCancel: {
      kill(identifier, SIGKILL)
    }
    let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    return Ending(
      status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal, output: texts[0],
      errors: texts[1], seconds: (end - began) / .seconds(1))
  }

  private final class Flag: Sendable {
    let value = Atomic(false)
  }
}
