import Foundation
import Graft

/// Results in words.
enum Report {
  /// A Markdown table of means over seeds and draws, with the standard deviation of accuracies.
  static func table(_ results: [Experiment.Result]) -> String {
    let rows: [(String, [Experiment.Outcome])] = [
      ("from scratch on the few labels", results.flatMap(\.fromScratch)),
      ("pre-trained, frozen, new top", results.flatMap(\.transferred)),
      ("the same, then last block fine-tuned", results.flatMap(\.fineTuned)),
      ("(pre-training itself, on its own five classes)", results.map(\.pretraining)),
    ]
    let lines = rows.map { name, outcomes in
      "| \(name) | \(spread(outcomes.map(\.accuracy))) | \(seconds(mean(outcomes.map(\.seconds)))) |"
    }
    return (["| | accuracy | time |", "|---|---|---|"] + lines).joined(separator: "\n")
  }

  static func seconds(_ seconds: Double) -> String { String(format: seconds < 1 ? "%.2f s" : "%.1f s", seconds) }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  private static func spread(_ accuracies: [Double]) -> String {
    let mean = mean(accuracies)
    let squares = accuracies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = accuracies.count > 1 ? (squares / Double(accuracies.count - 1)).squareRoot() : 0
    return String(format: "%.3f ± %.3f", mean, deviation)
  }
}
