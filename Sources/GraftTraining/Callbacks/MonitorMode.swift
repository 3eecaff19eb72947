/// Which way a watched value gets better: the `mode` of Keras's callbacks.
public enum MonitorMode: String, Sendable, Hashable {
  /// By the name: losses and calibration errors down, the other metrics up.
  case auto
  /// Smaller is better.
  case min
  /// Larger is better.
  case max
}
