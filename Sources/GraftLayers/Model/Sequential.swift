public import GraftCore

/// A model whose layers follow one another: keras.Sequential.
///
/// ```swift
/// let model = Sequential([base, GlobalAveragePooling2D(), Dense(5, activation: .softmax)])
/// ```
public final class Sequential: Model {
  package override class var className: String { "Sequential" }

  /// Makes a model of layers in order.
  ///
  /// - Parameters:
  ///   - layers: The first may be an `InputLayer` or a model, which say what goes in.
  ///   - inputShape: The shape of one sample, needed if the first layer does not say it.
  ///   - name: The model's name.
  public init(_ layers: [Layer], inputShape: Shape? = nil, name: String? = nil) {
    var rest = layers[...]
    let input: SymbolicTensor
    if let first = rest.first as? InputLayer {
      input = first()
      rest = rest.dropFirst()
    } else if let model = rest.first as? Model {
      input = Input(shape: inputShape ?? model.input.shape, preprocessing: model.preprocessing)
    } else if let inputShape {
      input = Input(shape: inputShape)
    } else {
      let layer = InputLayer(shape: [])
      input = SymbolicTensor(
        shape: [], layer: layer, inputs: [],
        failure: GraftError(
          .invalidArgument,
          "A Sequential model needs inputShape:, or an InputLayer or a model as its first layer. Received: neither."))
    }
    let output = rest.reduce(input) { $1($0) }
    super.init(inputs: input, outputs: output, name: name)
  }
}
