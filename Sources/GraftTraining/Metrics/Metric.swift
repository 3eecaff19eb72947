internal import GraftGraph

/// A number that says how good predictions are, averaged over samples.
///
/// Definitions: keras.metrics. `accuracy` compares the class of highest probability with the target, whether that is a
/// one-hot row or a class index.
public struct Metric: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case accuracy
    case topK(Int)
  }

  let kind: Kind
  /// The key in a history; validation's has `val_` in front.
  public let name: String

  /// The share of samples whose most probable class is the right one.
  public static let accuracy = Metric(kind: .accuracy, name: "accuracy")

  /// The share of samples whose right class is among the k most probable; ties count as among them.
  public static func topKAccuracy(_ k: Int = 5) -> Metric { Metric(kind: .topK(k), name: "top_\(k)_accuracy") }

  /// 1 if a prediction is right by this metric, else 0.
  func value(prediction: UnsafeBufferPointer<Float>, target: Int) -> Double {
    switch kind {
    case .accuracy: return prediction.indexOfMaximum == target ? 1 : 0
    case .topK(let k):
      let wanted = prediction[target]
      guard wanted.isFinite else { return 0 }
      return prediction.count { $0 > wanted } < k ? 1 : 0
    }
  }
}
