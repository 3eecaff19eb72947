internal import GraftCore

/// The value that a callback watches, and what counts as an improvement: keras.callbacks.MonitorCallback.
struct Monitor: Sendable, Hashable {
  let name: String
  let mode: MonitorMode
  let minimumDelta: Double

  /// The watched value of an epoch.
  ///
  /// Keras warns of a name that is not there and never acts; a run would be over before anybody saw it.
  ///
  /// - Throws: `GraftError.invalidArgument` if the epoch has no such value.
  func value(in record: EpochRecord, extra: [String: Double] = [:]) throws -> Double {
    if let value = record.values[name] ?? extra[name] { return value }
    let known = record.values.merging(extra) { value, _ in value }.keys.sorted().joined(separator: ", ")
    throw GraftError(
      .invalidArgument,
      """
      A callback watches '\(name)', which this run does not have. Expected one of: \(known). Values that begin with \
      'val_' need validation samples, metrics must be named in compile.
      """)
  }

  /// Whether a value is better than another by more than the smallest difference that counts. Anything is better than nil.
  ///
  /// Keras compares in float32: differences that it cannot hold are none.
  func isImprovement(_ value: Double, over reference: Double?) throws -> Bool {
    let larger = try isBetterWhenLarger
    guard let reference else { return true }
    let delta = abs(minimumDelta)
    return larger ? Float(value - delta) > Float(reference) : Float(value + delta) < Float(reference)
  }

  private var isBetterWhenLarger: Bool {
    get throws {
      switch mode {
      case .min: return false
      case .max: return true
      case .auto: break
      }
      let metric = name.hasPrefix("val_") ? String(name.dropFirst(4)) : name
      if metric == "loss" || metric == Metric.calibrationError.name { return false }
      let rising = ["precision", "recall", "f1", "binary_accuracy"]
      if metric.hasSuffix("accuracy") || metric == Metric.areaUnderROC.name
        || rising.contains(where: { metric.hasPrefix($0) })
      {
        return true
      }
      throw GraftError(
        .invalidArgument, "Whether '\(name)' should rise or fall is not known. Give the callback a mode: .min or .max.")
    }
  }
}
