/// An element-wise function with numbers of its own, which no name alone describes.
package enum ElementwiseOperation: Sendable, Hashable {
  /// `maximum` for x ≥ maximum, x for x > threshold, slope · (x − threshold) for what is smaller.
  ///
  /// Definition: keras.layers.ReLU, LeakyReLU.
  case rectifier(maximum: Float?, slope: Float, threshold: Float)
  /// x for x > 0, else α (eˣ − 1). Definition: keras.layers.ELU.
  case exponentialLinear(alpha: Float)

  /// As dumps show it.
  var summary: String {
    switch self {
    case .rectifier(let maximum, let slope, let threshold):
      "rectifier slope \(slope) threshold \(threshold)" + (maximum.map { " maximum \($0)" } ?? "")
    case .exponentialLinear(let alpha): "elu \(alpha)"
    }
  }
}
