/// What the outputs of a classifier mean.
public enum ClassificationTask: String, Sendable, Hashable, Codable {
  /// Every picture has one class: probabilities sum to 1.
  case singleLabel = "single_label"
  /// Every picture has any number of labels: each output is a question of its own, and the answer is yes above 0.5.
  case multiLabel = "multi_label"
}
