internal import Foundation

/// Turns events into a bar that moves, or into plain lines where standard error is no terminal.
package struct ProgressRenderer {
  private let isSilent: Bool
  private let isTerminal: Bool
  private let width: Int
  private let write: (String) -> Void
  private var lastShown: ContinuousClock.Instant?
  private var lastTenth = 0

  /// Shows progress on standard error.
  package init(_ display: ProgressDisplay) {
    self.init(isSilent: display == .silent, isTerminal: isatty(STDERR_FILENO) != 0) {
      try? FileHandle.standardError.write(contentsOf: Data($0.utf8))
    }
  }

  /// Shows progress wherever `write` puts it.
  package init(isSilent: Bool = false, isTerminal: Bool, width: Int = 24, write: @escaping (String) -> Void) {
    self.isSilent = isSilent
    self.isTerminal = isTerminal
    self.width = width
    self.write = write
  }

  /// Shows an event.
  package mutating func show(_ event: TrainingEvent) {
    guard !isSilent else { return }
    switch event {
    case .extracting(let progress):
      show(
        "Pictures", done: progress.done, total: progress.total,
        details: [
          Self.counts(known: progress.known, new: progress.done - progress.known),
          progress.done == progress.known && progress.done > 0 ? "" : "\(whole(progress.imagesPerSecond)) images/s",
          progress.done == progress.known ? "" : remaining(progress.secondsLeft, done: progress.done == progress.total),
        ])
    case .batch(let progress):
      guard isTerminal, isDue || progress.batch == progress.batchCount else { return }
      line(
        ["Epoch \(progress.epoch)/\(progress.epochCount)", bar(progress.batch, of: progress.batchCount)]
          + pairs(progress.values)
          + ["\(whole(progress.samplesPerSecond)) images/s", remaining(progress.secondsLeft, done: false)])
    case .epoch(let record):
      let text = (["Epoch \(record.epoch)"] + pairs(record.values) + ["\(decimals(record.seconds, 2)) s"])
      write((isTerminal ? "\r\u{1B}[K" : "") + joined(text) + "\n")
    case .finished: lastShown = nil
    }
  }

  /// Shows progress that is only counted.
  package mutating func show(_ what: String, done: Int, total: Int, details: [String] = []) {
    guard !isSilent, total > 0 else { return }
    let isLast = done == total
    if isTerminal {
      guard isDue || isLast else { return }
      line([what, bar(done, of: total), "\(done)/\(total)"] + details)
      if isLast { write("\n") }
    } else {
      let tenth = done * 10 / total
      guard tenth > lastTenth || isLast else { return }
      lastTenth = isLast ? 0 : tenth
      write(joined([what, "\(done)/\(total)"] + details) + "\n")
    }
  }

  /// How many pictures a store knew, and how many are new: `1,000 known, 10 new`; empty if it knew none.
  package static func counts(known: Int, new: Int) -> String {
    func grouped(_ count: Int) -> String {
      var digits = Array("\(count)")
      for index in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: index) }
      return String(digits)
    }
    return known == 0 ? "" : "\(grouped(known)) known, \(grouped(new)) new"
  }

  /// Whether enough time has passed for the eye.
  private var isDue: Bool {
    mutating get {
      let now = ContinuousClock.now
      if let lastShown, now - lastShown < .milliseconds(80) { return false }
      lastShown = now
      return true
    }
  }

  private func line(_ parts: [String]) { write("\r\u{1B}[K" + joined(parts)) }

  private func joined(_ parts: [String]) -> String { parts.filter { !$0.isEmpty }.joined(separator: "  ") }

  private func bar(_ done: Int, of total: Int) -> String {
    let filled = total == 0 ? 0 : done * width / total
    return "[" + String(repeating: "=", count: filled) + String(repeating: ".", count: width - filled) + "]"
  }

  private func pairs(_ values: [String: Double]) -> [String] {
    // Training's values first, loss before metrics.
    values.keys.sorted { a, b in
      let (left, right) = (rank(a), rank(b))
      return left != right ? left < right : a < b
    }.map { "\($0) \(decimals(values[$0] ?? .nan, 4))" }
  }

  private func rank(_ name: String) -> Int {
    (name.hasPrefix("val_") ? 2 : 0) + (name.hasSuffix("loss") ? 0 : 1)
  }

  private func remaining(_ seconds: Double, done: Bool) -> String {
    guard !done, seconds.isFinite else { return "" }
    return seconds < 90 ? "\(whole(seconds)) s left" : "\(Int(seconds / 60) + 1) min left"
  }

  private func whole(_ value: Double) -> String { value.isFinite ? "\(Int(value.rounded()))" : "–" }
  private func decimals(_ value: Double, _ count: Int) -> String { String(format: "%.\(count)f", value) }
}
