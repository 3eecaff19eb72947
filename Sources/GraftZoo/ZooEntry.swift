/// One network of the zoo with published weights.
public struct ZooEntry: Sendable, Hashable {
  /// The family's name, as `BaseNetwork` takes it.
  public let family: String
  /// The width multiplier.
  public let alpha: Double
  /// The side of the pictures that the weights were trained on.
  public let imageSize: Int
  /// The number of weights without a top.
  public let parameterCount: Int
  /// The file of weights.
  public let weights: WeightEntry
}
