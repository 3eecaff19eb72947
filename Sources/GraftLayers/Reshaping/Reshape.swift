public import GraftCore
package import GraftGraph

/// The same elements under another shape: keras.layers.Reshape.
public final class Reshape: Layer {
  /// The shape of one sample; one length may be −1 and follows from the others.
  public let targetShape: Shape

  /// Makes a reshaping.
  public init(_ targetShape: Shape, name: String? = nil) {
    self.targetShape = targetShape
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    let count = builder.graph[inputs[0]].shape.count
    var shape = targetShape
    if let open = shape.dimensions.firstIndex(of: -1) {
      shape.dimensions[open] = 1
      guard shape.isSensible, shape.count > 0, count % shape.count == 0 else {
        throw GraftError(.shapeMismatch, "\(name): \(count) elements do not fit \(targetShape).")
      }
      shape.dimensions[open] = count / shape.count
    }
    guard shape.isSensible else {
      throw GraftError(.shapeMismatch, "\(name): \(count) elements do not fit \(targetShape).")
    }
    return try builder.append(.reshape(shape), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] {
    ["target_shape": .array(targetShape.dimensions.map { .int($0) })]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(Shape(try reader.ints("target_shape")), name: reader.name)
  }
}
