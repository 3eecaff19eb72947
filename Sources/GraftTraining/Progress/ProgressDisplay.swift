/// Where a run's progress is shown.
public enum ProgressDisplay: Sendable, Hashable {
  /// Nowhere.
  case silent
  /// On standard error: a bar that moves if that is a terminal, else a line now and then.
  case terminal
}
