import Foundation

/// Feeds damaged files to Graft's readers.
@main enum GraftFuzz {
  static func main() {
    do {
      let arguments = Array(CommandLine.arguments.dropFirst())
      if arguments.first == "worker" { return try work(Array(arguments.dropFirst())) }
      if arguments.first == "seeds", arguments.count == 2 { return try Seeds.write(root: arguments[1]) }
      if arguments.contains("--help") { return print(Options.usage) }
      var options: Options
      do { options = try Options(arguments) } catch {
        print("\(error)\n\(Options.usage)")
        exit(64)
      }
      try exit(run(&options) ? 0 : 1)
    } catch {
      print("\(error)")
      exit(70)
    }
  }

  /// Whether no reader failed.
  private static func run(_ options: inout Options) throws -> Bool {
    // In memory, where there is such a folder: an input is a file.
    let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()
    let folder = parent + "/graft-fuzz-\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let pool = options.pool
    var isClean = true
    for target in options.targets {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      if let pool {
        options.pool = pool + "/" + target.name
        try FileManager.default.createDirectory(atPath: options.pool ?? "", withIntermediateDirectories: true)
      }
      let report = try Supervisor(target: target, options: options, folder: folder).run()
      print(report.text)
      isClean = isClean && report.failures.isEmpty
    }
    return isClean
  }

  /// `worker TARGET FOLDER ROOT SEED POOL LIMIT FIRST COUNT END [FILE …]`
  private static func work(_ arguments: [String]) throws {
    guard arguments.count >= 9, let target = FuzzTarget.named(arguments[0]),
      let seed = UInt64(arguments[3]), let first = Int(arguments[6]),
      let count = Int(arguments[7]), let end = Double(arguments[8]), let limit = Double(arguments[5])
    else { throw Fault("a worker is started by graft-fuzz alone") }
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    let pool = arguments[4].isEmpty ? nil : arguments[4]
    let corpus =
      try arguments.count > 9
      ? arguments[9...].map { try Corpus.bytes($0) } : Corpus.inputs(of: target, root: arguments[2], pool: pool)
    // Readers run on threads with far less of a stack than a process's first one.
    let thread = Thread {
      do {
        guard let page = SharedPage(arguments[1] + "/page") else { throw Fault("there is no page in \(arguments[1])") }
        var worker = Worker(
          target: target, page: page, folder: arguments[1] + "/inputs", corpus: corpus, poolFolder: pool,
          timeLimit: limit)
        try worker.run(seed: seed, first: first, count: count, until: Date(timeIntervalSince1970: end))
        exit(0)
      } catch {
        print("\(error)")
        exit(3)
      }
    }
    thread.stackSize = 512 << 10
    thread.start()
    while true { sleep(3600) }
  }
}
