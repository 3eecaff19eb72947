/// Measures how long something takes that may be interrupted.
struct Stopwatch {
  /// Seconds before the interruption.
  var earlier = 0.0
  private let began = ContinuousClock.now

  init(earlier: Double = 0) { self.earlier = earlier }

  /// Seconds until now.
  var seconds: Double { earlier + began.secondsSince }
}
