internal import GraftCore

/// A layer's weights as they lie in a file, before anybody knows which layer of a model they belong to.
struct StoredLayer: Sendable {
  struct Variable: Sendable {
    /// The name within the layer without TensorFlow's `:0`, or the number in Keras 3's `.weights.h5`.
    let name: String
    /// The dataset.
    let path: String
    let shape: Shape
  }

  /// The names of the models around the layer, outermost first, and its own.
  let chain: [String]
  var variables: [Variable]

  var name: String { chain.last ?? "" }
}
