/// The kinds of new top that can be put on a base's features.
public enum HeadKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// The post's: a hidden layer with relu and a softmax, trained by Adam.
  case dense
  /// Multinomial logistic regression: `LinearHead`.
  case linear
}
