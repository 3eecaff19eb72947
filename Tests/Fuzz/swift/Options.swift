import Foundation

/// What the command line says.
struct Options {
  var targets: [FuzzTarget] = FuzzTarget.all
  /// How long every target is fed; nil for no limit.
  var seconds: Double?
  /// How many inputs every target is fed.
  var inputs = Int.max
  var seed: UInt64 = 1
  /// Seconds of the processor that one input may take.
  var timeLimit = 10.0
  /// After how many failures a target is let go.
  var mostFailures = 20
  /// The repository.
  var root = FileManager.default.currentDirectoryPath
  /// Where inputs are saved that a reader failed at.
  var failures = "fuzz-failures"
  /// Where inputs are kept that reach new branches, in a folder for each target.
  var pool: String?
  /// Inputs to be read as they are, instead of any others.
  var files: [String] = []

  static let usage = """
    usage: graft-fuzz [OPTION …] [FILE …]

    Feeds damaged files to Graft's readers, each in a process of its own, and saves those that crash one, hang it, or take more
    memory than it may. With FILEs these are read, and no others. Exits with 1 if any reader failed.

      --target NAME    the reader; all of them by default: \(FuzzTarget.all.map(\.name).joined(separator: ", "))
      --seconds N      how long each is fed
      --inputs N       how many inputs each is fed
      --seed N         what the inputs follow from; 1 by default
      --time-limit N   how many seconds of the processor one input may take; 10 by default
      --stop-after N   after how many failures of a reader the next one is fed; 20 by default
      --root DIR       the repository; the current folder by default
      --failures DIR   where failing inputs go; fuzz-failures by default
      --pool DIR       where inputs go that reach new branches, if the readers were built to count them (make fuzz)
    """

  static let executable =
    CommandLine.arguments.first.flatMap { name in
      name.contains("/") ? name : nil
    } ?? "/proc/self/exe"

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("--") else {
        files.append(argument)
        continue
      }
      guard let value = rest.popFirst() else { throw Fault("unknown option \(argument), or nothing behind it") }
      func number<Number>(_ make: (String) -> Number?) throws -> Number {
        guard let number = make(value) else { throw Fault("\(argument) wants a number, not '\(value)'") }
        return number
      }
      switch argument {
      case "--target":
        guard value != "all" else { continue }
        guard let target = FuzzTarget.named(value) else { throw Fault("there is no target '\(value)'") }
        targets = [target]
      case "--seconds": seconds = try number { Double($0) }
      case "--inputs": inputs = try number { Int($0) }
      case "--seed": seed = try number { UInt64($0) }
      case "--time-limit": timeLimit = try number { Double($0) }
      case "--stop-after": mostFailures = try number { Int($0) }
      case "--root": root = value
      case "--failures": failures = value
      case "--pool": pool = value
      default: throw Fault("unknown option \(argument)")
      }
    }
    if !files.isEmpty { inputs = files.count }
    guard seconds != nil || inputs < Int.max else { throw Fault("--seconds, --inputs or files are needed") }
  }
}
