import Foundation

/// Starts workers for one target, and takes down what ends them.
struct Supervisor {
  let target: FuzzTarget
  let options: Options
  /// A folder for this run.
  let folder: String

  /// No input may take longer by the clock, whatever the worker waits for.
  private static let patience = 120.0

  /// Throws all inputs at the target.
  func run() throws -> Report {
    guard let page = SharedPage(folder + "/page") else { throw Fault("'\(folder)' cannot be written") }
    page.clear()
    var report = Report(target: target)
    let start = Date()
    let end = options.seconds.map { start.addingTimeInterval($0) } ?? .distantFuture
    var next = 0
    while next < options.inputs, Date() < end, report.failures.count < options.mostFailures {
      let ending = try work(
        ["\(next)", "\(min(options.inputs - next, 1 << 40))", "\(end.timeIntervalSince1970)"] + options.files, page)
      if let reason = ending {
        report.failures.append(try save(page, reason))
        next = page[.index] + 1
      } else {
        next = .max
      }
      report.take(page)
    }
    report.seconds = Date().timeIntervalSince(start)
    return report
  }

  /// Runs one worker; nil if it did all its work, else why it ended.
  private func work(_ arguments: [String], _ page: SharedPage) throws -> String? {
    let inputs = folder + "/inputs"
    try? FileManager.default.removeItem(atPath: inputs)
    try FileManager.default.createDirectory(atPath: inputs, withIntermediateDirectories: true)
    let errors = folder + "/errors"
    guard FileManager.default.createFile(atPath: errors, contents: nil),
      let output = FileHandle(forWritingAtPath: errors)
    else { throw Fault("'\(errors)' cannot be written") }
    let process = Process()
    process.executableURL = URL(filePath: Options.executable)
    process.arguments =
      ["worker", target.name, folder, options.root, "\(options.seed)", options.pool ?? "", "\(options.timeLimit)"]
      + arguments
    var environment = ProcessInfo.processInfo.environment
    // Readers' own temporary files count as well.
    environment["TMPDIR"] = inputs
    environment["SWIFT_BACKTRACE"] =
      "enable=yes,color=no,interactive=no,threads=crashed,images=none,registers=none,limit=24,timeout=30s"
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
    var (seen, since) = (-1, Date())
    while process.isRunning {
      usleep(20_000)
      if page[.done] != seen { (seen, since) = (page[.done], Date()) }
      guard Date().timeIntervalSince(since) > Self.patience else { continue }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      return "it waited for more than \(Int(Self.patience)) seconds"
    }
    process.waitUntilExit()
    if process.terminationReason == .exit, process.terminationStatus == 0 { return nil }
    let text = String(decoding: FileManager.default.contents(atPath: errors) ?? Data(), as: UTF8.self)
    let ending =
      switch (process.terminationReason, process.terminationStatus) {
      case (.uncaughtSignal, SIGPROF): "it computed for more than \(Int(options.timeLimit)) seconds"
      case (.uncaughtSignal, let signal): "it was ended by signal \(signal)"
      case (_, let status): "it ended with status \(status)"
      }
    return ending + (text.isEmpty ? "" : "\n" + text)
  }

  private func save(_ page: SharedPage, _ reason: String) throws -> Report.Failure {
    try FileManager.default.createDirectory(atPath: options.failures, withIntermediateDirectories: true)
    let path = "\(options.failures)/\(target.name)-\(options.seed)-\(page[.index])"
    try Data(page.input).write(to: URL(filePath: path))
    try Data(reason.utf8).write(to: URL(filePath: path + ".txt"))
    return Report.Failure(path: path, reason: reason)
  }
}
