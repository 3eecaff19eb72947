internal import Dispatch
internal import Foundation
internal import Synchronization

/// The built `graft`, run as a process of its own.
enum Command {
  /// The folder that the build put this test bundle into.
  private static let products: URL = {
    #if os(macOS)
      for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
        return bundle.bundleURL.deletingLastPathComponent()
      }
    #endif
    return Bundle.main.bundleURL
  }()

  static let executable = products.appending(path: "graft").path()

  /// Runs the command and waits for its end.
  ///
  /// - Parameters:
  ///   - cache: `GRAFT_CACHE`. By default a folder that is not there, so that no test reads or fills the user's.
  ///   - fileBlocks: The largest file that the process may write, in blocks of 512 bytes, as on a disk that is full.
  ///   - interruptAfter: Text on standard output or error after which the process gets SIGINT.
  ///   - killAfter: Seconds after which the process gets SIGKILL, if it still runs.
  ///   - environment: Further environment variables.
  static func run(
    _ arguments: [String], cache: String = "/nonexistent/graft-cache", fileBlocks: Int? = nil,
    interruptAfter: String? = nil, killAfter: Double? = nil, environment: [String: String] = [:]
  ) async throws -> CommandRun {
    let folder = try TestFolder()
    let process = Process()
    if let fileBlocks {
      // Without the signal, a write past the limit fails as one on a full disk does.
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments =
        ["-c", "trap '' XFSZ; ulimit -f \(fileBlocks); exec \"$0\" \"$@\"", executable] + arguments
    } else {
      process.executableURL = URL(filePath: executable)
      process.arguments = arguments
    }
    // Features are kept only where a test says so.
    process.environment = ProcessInfo.processInfo.environment
      .merging(["GRAFT_CACHE": cache, "GRAFT_CACHE_LIMIT": "0"]) { $1 }
      .merging(environment) { $1 }
    // Files, not pipes: they never fill up.
    let (output, errors) = (try folder.write("stdout", []), try folder.write("stderr", []))
    process.standardInput = FileHandle.nullDevice
    let handles = try [output, errors].map { try FileHandle(forWritingTo: URL(filePath: $0)) }
    (process.standardOutput, process.standardError) = (handles[0], handles[1])
    @Sendable func text(_ path: String) throws -> String {
      String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    let (ends, continuation) = AsyncStream.makeStream(of: Void.self)
    let hasEnded = Flag()
    process.terminationHandler = { _ in
      hasEnded.value.store(true, ordering: .releasing)
      continuation.finish()
    }
    try process.run()
    // Foundation keeps them open for all its life: hundreds of runs come near the 1024 files that its watch over processes,
    // a `select`, can see.
    for handle in handles { try handle.close() }
    let identifier = process.processIdentifier
    // A thread of its own: tasks would wait for their turn where long tests take all of theirs, and the process would run on.
    let limit = ContinuousClock.now + .seconds(killAfter ?? 240)
    let watch = Thread {
      var isAwaited = interruptAfter != nil
      while !hasEnded.value.load(ordering: .acquiring) {
        if isAwaited, let text = try? text(output) + text(errors), text.contains(interruptAfter ?? "") {
          kill(identifier, SIGINT)
          isAwaited = false
        }
        if ContinuousClock.now > limit { kill(identifier, SIGKILL) }
        Thread.sleep(forTimeInterval: 0.02)
      }
    }
    watch.start()
    for await _ in ends {}
    return CommandRun(
      status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      output: try text(output), errors: try text(errors))
  }

  private final class Flag: Sendable {
    let value = Atomic(false)
  }

  /// Runs the command with the arguments as they stand.
  static func run(_ arguments: String...) async throws -> CommandRun { try await run(arguments) }

  /// Trains on the tiny network, with the dense top unless the options say what it is to be.
  static func train(
    _ folder: String, base: String = Fixture.tiny, to output: String, _ options: String...
  ) async throws -> CommandRun {
    let top = ["--head", "--recipe"].contains(where: options.contains) ? [] : ["--head", "dense"]
    return try await run(["train", folder, "--base", base, "--preprocess", "tf", "-o", output] + top + options)
  }
}
