import Foundation
import Graft

/// Graft's side of the benchmarks beside peers, and its own: `graft-benchmark CASE …`, one JSON document on standard output.
@main
struct GraftBenchmark {
  static func main() async throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    let name = arguments.isEmpty ? "" : arguments.removeFirst()
    guard let run = cases[name] else {
      throw GraftError(
        .invalidArgument, "Expected one of \(cases.keys.sorted().joined(separator: ", ")). Received: '\(name)'.")
    }
    var values = try await run(arguments)
    values["peak_mib"] = .number(Measuring.peakMebibytes)
    print(try JSONValue.object(values).serialized())
  }

  private static let cases: [String: @Sendable ([String]) async throws -> [String: JSONValue]] = [
    "forward": ForwardCase.forward, "one": ForwardCase.one, "decode": PictureCases.decode,
    "extract": PictureCases.extract,
    "head": HeadCase.run, "layers": LayerCase.run, "peak": MatrixPeak.run,
    "train": TrainingCase.run,
  ]
}
