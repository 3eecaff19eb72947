import CFuzz

/// What became of a target's inputs.
struct Report {
  struct Failure {
    /// The input, saved.
    let path: String
    let reason: String
  }

  let target: FuzzTarget
  var failures: [Failure] = []
  var seconds = 0.0
  private var numbers: [SharedPage.Field: Int] = [:]

  init(target: FuzzTarget) { self.target = target }

  mutating func take(_ page: SharedPage) {
    for field in [SharedPage.Field.accepted, .refused, .memory, .ratio, .time, .edges, .knownEdges, .kept] {
      numbers[field] = page[field]
    }
  }

  private subscript(field: SharedPage.Field) -> Int { numbers[field] ?? 0 }

  /// How many inputs were read.
  var inputs: Int { self[.accepted] + self[.refused] + failures.count }

  var text: String {
    var parts = [
      "\(target.name): \(inputs) inputs, \(self[.accepted]) accepted, \(self[.refused]) refused, \(failures.count) failed",
      "\(Int(Double(inputs) / max(seconds, 0.001)))/s",
    ]
    if graft_fuzz_counts_memory() != 0 {
      let ratio = self[.ratio]
      parts.append(
        "memory at most \(self[.memory] >> 10) KiB, beyond \(target.memoryBase >> 10) KiB \(ratio / 1000).\(ratio % 1000 / 100)"
          + " times the file of \(target.memoryFactor) allowed")
    }
    parts.append("slowest \(self[.time] / 1000) ms")
    if self[.edges] > 0 { parts.append("\(self[.knownEdges]) of \(self[.edges]) branches, \(self[.kept]) inputs kept") }
    let lines = failures.map { "  \($0.path): " + $0.reason.split(separator: "\n").prefix(3).joined(separator: " | ") }
    return ([parts.joined(separator: "; ")] + lines).joined(separator: "\n")
  }
}
