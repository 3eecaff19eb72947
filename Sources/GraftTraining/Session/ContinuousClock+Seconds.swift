extension ContinuousClock.Instant {
  /// The seconds that have passed since this moment.
  package var secondsSince: Double {
    let passed = ContinuousClock.now - self
    return Double(passed.components.seconds) + Double(passed.components.attoseconds) * 1e-18
  }
}
