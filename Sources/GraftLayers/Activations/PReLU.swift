package import GraftCore
package import GraftGraph

/// x for x > 0, else α x with a trained α: keras.layers.PReLU.
///
/// Variables: `alpha`, with the shape of one sample, and a length of 1 along shared axes.
public final class PReLU: Layer {
  /// The axes along which one α serves all, counted with the batch as axis 0.
  public let sharedAxes: [Int]
  /// How α gets its first value.
  public let alphaInitializer: Initializer

  /// Makes a parametric rectifier.
  ///
  /// - Parameters:
  ///   - sharedAxes: [1, 2] stands for one α per channel of a picture.
  ///   - alphaInitializer: How α gets its first value.
  ///   - name: The layer's name.
  public init(sharedAxes: [Int] = [], alphaInitializer: Initializer = .zeros, name: String? = nil) {
    self.sharedAxes = sharedAxes
    self.alphaInitializer = alphaInitializer
    super.init(name: name)
  }

  package override func variableSpecifications(for shapes: [Shape]) throws -> [VariableSpecification] {
    guard shapes.count == 1, shapes[0].rank > 0 else {
      throw GraftError(.shapeMismatch, "\(name): PReLU needs one input. Received: \(shapes.count).")
    }
    var shape = shapes[0]
    for axis in sharedAxes { shape.dimensions[try place(ofAxis: axis, in: shape)] = 1 }
    return [VariableSpecification("alpha", shape, alphaInitializer)]
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try builder.append(.parametricRectifier, of: self, inputs)
  }

  package override var configuration: [String: JSONValue] {
    [
      "alpha_initializer": alphaInitializer.configuration,
      "shared_axes": sharedAxes.isEmpty ? .null : .array(sharedAxes.map { .int($0) }),
    ]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(
      sharedAxes: reader["shared_axes"] == nil ? [] : try reader.axes("shared_axes"),
      alphaInitializer: reader.initializer("alpha_initializer", default: .zeros), name: reader.name)
  }
}
