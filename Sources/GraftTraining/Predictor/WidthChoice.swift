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
  /// After so many requests on all cores one runs on one core, so that its time stays known.
  private static let interval = 128

  /// A moving average: the machine is not always as fast as it was.
  private var narrowSeconds = 0.0
  private var narrowRuns = 0
  private var wideRuns = 0
  private var slowRuns = 0
  private var rest = 0
  private var nextRest = WidthChoice.patience

  /// Whether the next request is better run on all cores, if it is alone.
  mutating func takesWide() -> Bool {
    guard narrowRuns >= 2 else { return false }
    if rest > 0 {
      rest -= 1
      return false
    }
    wideRuns += 1
    return wideRuns % Self.interval != 0
  }

  /// Records how long a request took on one core: one that was alone all the time, and not its thread's first.
  mutating func record(narrow seconds: Double) {
    narrowRuns += 1
    narrowSeconds = narrowRuns == 1 ? seconds : narrowSeconds + (seconds - narrowSeconds) / 4
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
