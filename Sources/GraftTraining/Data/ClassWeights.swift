/// How much the samples of each class count in training: `class_weight` of keras.Model.fit.
///
/// ```swift
/// try await model.fit(photos, classWeight: .balanced)
/// try await model.fit(x, y, classWeight: [0: 1, 1: 5])  // class 1 counts five times
/// ```
public struct ClassWeights: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case balanced
    case byIndex([Int: Double])
    case byName([String: Double])
  }

  let kind: Kind

  /// All classes count the same in total: samples / (classes · samples of the class), over the classes that occur, as
  /// scikit-learn's `class_weight="balanced"`.
  public static let balanced = ClassWeights(kind: .balanced)

  /// A weight per class index; classes that are not named count 1, as in Keras.
  public static func byIndex(_ weights: [Int: Double]) -> ClassWeights { ClassWeights(kind: .byIndex(weights)) }

  /// A weight per class name; classes that are not named count 1.
  public static func byName(_ weights: [String: Double]) -> ClassWeights { ClassWeights(kind: .byName(weights)) }
}

extension ClassWeights: ExpressibleByDictionaryLiteral {
  /// A weight per class index; classes that are not named count 1, as in Keras.
  public init(dictionaryLiteral elements: (Int, Double)...) {
    self.init(kind: .byIndex(Dictionary(elements, uniquingKeysWith: { _, last in last })))
  }
}
