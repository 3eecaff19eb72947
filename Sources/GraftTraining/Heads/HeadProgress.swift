/// How far the making of a head has come.
public enum HeadProgress: Sendable, Hashable {
  /// Pictures go through decoding and the base, once.
  case extracting(done: Int, total: Int)
  /// Heads are fitted on their features.
  case fitting(done: Int, total: Int)
}
