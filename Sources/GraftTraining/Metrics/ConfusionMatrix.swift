/// How often samples of each class were taken for each class.
public struct ConfusionMatrix: Sendable, Hashable, Codable {
  /// Rows are true classes, columns predicted ones.
  public private(set) var counts: [[Int]]

  /// Makes an empty matrix for a number of classes.
  public init(classes: Int) { counts = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes) }

  /// Adds one sample.
  public mutating func add(actual: Int, predicted: Int) { counts[actual][predicted] += 1 }

  /// The number of samples.
  public var count: Int { counts.joined().reduce(0, +) }

  /// The share of samples on the diagonal; NaN without samples.
  public var accuracy: Double {
    Double(counts.indices.reduce(0) { $0 + counts[$1][$1] }) / Double(count)
  }

  /// The share of a class's samples that were found; nil if it has none.
  public func recall(_ classIndex: Int) -> Double? {
    let total = counts[classIndex].reduce(0, +)
    return total == 0 ? nil : Double(counts[classIndex][classIndex]) / Double(total)
  }

  /// The share of predictions of a class that were right; nil if there were none.
  public func precision(_ classIndex: Int) -> Double? {
    let total = counts.reduce(0) { $0 + $1[classIndex] }
    return total == 0 ? nil : Double(counts[classIndex][classIndex]) / Double(total)
  }
}
