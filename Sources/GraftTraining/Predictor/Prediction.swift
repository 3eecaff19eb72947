/// What a classifier takes a picture for.
public struct Prediction: Sendable, Hashable, Codable {
  /// A class with its probability.
  public struct Score: Sendable, Hashable, Codable {
    /// The name of the class.
    public let className: String
    /// Its probability, 0 to 1.
    public let probability: Float
  }

  /// All classes, the most probable first.
  public let scores: [Score]

  /// The most probable class.
  public var className: String { scores.first?.className ?? "" }
  /// Its probability.
  public var probability: Float { scores.first?.probability ?? .nan }

  /// The labels that a picture has, the most probable first: for models whose pictures have any number of labels.
  ///
  /// - Parameter threshold: The probability above which a label counts as given.
  public func labels(above threshold: Float = 0.5) -> [Score] { scores.filter { $0.probability > threshold } }

  init(classNames: [String], probabilities: some Collection<Float>) {
    scores = zip(classNames, probabilities).enumerated()
      .sorted { $0.element.1 != $1.element.1 ? $0.element.1 > $1.element.1 : $0.offset < $1.offset }
      .map { Score(className: $0.element.0, probability: $0.element.1) }
  }
}
