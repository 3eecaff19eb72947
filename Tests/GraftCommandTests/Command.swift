internal import Foundation
internal import GraftTestSupport
internal import Synchronization

/// The built `graft`, run as a process of its own.
enum Command {
  static let executable = ChildProcess.built("graft")

  /// Runs the command and waits for its end.
  ///
  /// - Parameters:
  ///   - cache: `GRAFT_CACHE`. By default a folder that is not there, so that no test reads or fills the user's.
  ///   - fileBlocks: The largest file that the process may write, in blocks of 512 bytes, as on a disk that is full.
  ///   - interruptAfter: Text on standard output or error after which the process gets SIGINT.
  ///   - killAfterBytes: The number of bytes on standard output and error after which the process gets SIGKILL.
  ///   - environment: Further environment variables.
  static func run(
    _ arguments: [String], cache: String = "/nonexistent/graft-cache", fileBlocks: Int? = nil,
    interruptAfter: String? = nil, killAfterBytes: Int = .max, environment: [String: String] = [:]
  ) async throws -> CommandRun {
    // Features are kept only where a test says so.
    let process = ChildProcess(
      executable, arguments, fileBlocks: fileBlocks,
      environment: ["GRAFT_CACHE": cache, "GRAFT_CACHE_LIMIT": "0"].merging(environment) { $1 })
    let isInterrupted = Mutex(false)
    let ending = try await process.run { moment in
      // Nothing here takes minutes, but with hundreds of other tests on two cores it may.
      guard moment.seconds < 900 else { return SIGKILL }
      guard interruptAfter != nil || killAfterBytes < .max else { return nil }
      let text = moment.text
      if text.utf8.count > killAfterBytes { return SIGKILL }
      guard let interruptAfter, text.contains(interruptAfter) else { return nil }
      return isInterrupted.withLock { isInterrupted in
        defer { isInterrupted = true }
        return isInterrupted ? nil : SIGINT
      }
    }
    return CommandRun(
      status: ending.status, wasKilled: ending.wasKilled, output: ending.output, errors: ending.errors)
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
