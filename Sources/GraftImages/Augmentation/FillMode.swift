/// What a moved picture shows where it has no pixels. Definition: the `fill_mode` of Keras's layers.
public enum FillMode: Sendable, Hashable {
  /// The picture mirrored at its edge: `d c b a | a b c d | d c b a`.
  case reflect
  /// The nearest pixel of the edge: `a a a a | a b c d | d d d d`.
  case nearest
  /// The opposite edge: `a b c d | a b c d | a b c d`.
  case wrap
  /// One gray value of 0…255: Keras's `constant` with its `fill_value`.
  case constant(Double)
}
