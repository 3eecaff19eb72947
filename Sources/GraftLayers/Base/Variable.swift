public import GraftCore

/// One weight of a layer.
///
/// Its first value is drawn when it is first asked for, so that a network whose weights come from a file draws none.
public final class Variable {
  /// The variable's name in its layer, as Keras 3 names it: `kernel`, `bias`, `gamma`, `moving_mean`, …
  public let name: String
  /// The shape, in Keras's layout.
  public let shape: Shape
  /// Whether an optimizer may change it at all. Moving statistics are false: the forward pass changes them.
  public let followsGradient: Bool
  private let initializer: Initializer
  private let key: String
  private var stored: Tensor?

  init(_ specification: VariableSpecification, layerName: String) {
    name = specification.name
    shape = specification.shape
    followsGradient = specification.followsGradient
    initializer = specification.initializer
    key = "\(layerName)/\(specification.name)"
  }

  /// The present value.
  public var value: Tensor {
    if let stored { return stored }
    let drawn = initializer.tensor(shape: shape, key: key)
    stored = drawn
    return drawn
  }

  /// Sets the value.
  ///
  /// - Throws: `GraftError.shapeMismatch` if the shape is another one.
  public func assign(_ value: Tensor) throws {
    guard value.shape == shape else {
      throw GraftError(.shapeMismatch, "\(key) has the shape \(shape). Received: \(value.shape).")
    }
    stored = value
  }

  /// The number of elements.
  public var count: Int { shape.count }
}
