/// Whether one request runs on all cores or on one: a decision from how long the last ones took.
///
/// On an idle machine all cores answer sooner. But kernels that share their work wait for each other by spinning: where another
/// program needs a core, that takes many times as long as one core alone. So each answer is held against the time of one core,
/// and after a slow one the next requests stay on one core, twice as many each time.
struct WidthChoice {
  private static let patience = 16
  private static let maximumPatience = 4096

  private var narrowSeconds = Double.infinity
  private var narrowRuns = 0
  private var rest = 0
  private var nextRest = WidthChoice.patience

  /// Whether the next request is better run on all cores, if it is alone.
  mutating func takesWide() -> Bool {
    // How long one core takes is known after two runs, for the first one also warms up.
    guard narrowRuns >= 2 else { return false }
    if rest > 0 {
      rest -= 1
      return false
    }
    return true
  }

  mutating func record(narrow seconds: Double) {
    narrowSeconds = min(narrowSeconds, seconds)
    narrowRuns += 1
  }

  mutating func record(wide seconds: Double) {
    if seconds > narrowSeconds {
      rest = nextRest
      nextRest = min(2 * nextRest, Self.maximumPatience)
    } else {
      nextRest = Self.patience
    }
  }
}
