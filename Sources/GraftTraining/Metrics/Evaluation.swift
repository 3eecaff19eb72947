public import GraftImages

/// How a network does on samples whose classes are known.
public struct Evaluation: Sendable {
  /// `loss` and the metrics that `compile` asked for, averaged over the samples.
  public let values: [String: Double]
  /// How often each class was taken for each.
  public let confusion: ConfusionMatrix
  /// Files that could not be read and were left out.
  public let badFiles: [BadFile]

  /// Makes a result of its parts.
  public init(values: [String: Double], confusion: ConfusionMatrix, badFiles: [BadFile] = []) {
    self.values = values
    self.confusion = confusion
    self.badFiles = badFiles
  }

  /// The samples that count.
  public var count: Int { confusion.count }
  /// The mean loss.
  public var loss: Double { values["loss"] ?? .nan }
  /// The share of samples whose most probable class is right.
  public var accuracy: Double { confusion.accuracy }
  /// A value by name; nil if `compile` did not ask for it.
  public subscript(name: String) -> Double? { values[name] }
}
