/// Whether one request runs on all cores or on one: a decision from how long the last ones took.
///
/// On an idle machine all cores answer sooner. But kernels that share their work wait for each other by spinning: where another
/// program needs a core, that takes many times as long as one core alone. So each answer is held against the usual time of one
/// core, and after some slow ones in a row the next requests stay on one core, twice as many each time. Some, for the first
/// answer after a rest is slower than those that follow: the other cores have slept, and their caches hold nothing yet.
struct WidthChoice {
  private static let patience = 16
  private static let maximumPatience = 4096
  private static let attempts = 3

  /// A moving average: what one core takes while the machine is as it is now.
  private var narrowSeconds = 0.0
  private var narrowRuns = 0
  private var slowRuns = 0
  private var rest = 0
  private var nextRest = WidthChoice.patience

  /// Whether the next request is better run on all cores, if it is alone.
  mutating func takesWide() -> Bool {
    guard narrowRuns > Self.warmUp + 1 else { return false }
    if rest > 0 {
      rest -= 1
      return false
    }
    return true
  }

  /// The first run fills caches, and says nothing of those that follow.
  private static let warmUp = 1

  mutating func record(narrow seconds: Double) {
    narrowRuns += 1
    if narrowRuns <= Self.warmUp + 1 {
      narrowSeconds = seconds
    } else {
      narrowSeconds += (seconds - narrowSeconds) / 4
    }
  }

  mutating func record(wide seconds: Double) {
    guard seconds > narrowSeconds else {
      slowRuns = 0
      nextRest = Self.patience
      return
    }
    slowRuns += 1
    guard slowRuns == Self.attempts else { return }
    slowRuns = 0
    rest = nextRest
    nextRest = min(2 * nextRest, Self.maximumPatience)
  }
}
