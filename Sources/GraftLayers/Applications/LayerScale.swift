package import GraftCore
package import GraftGraph

/// A trained factor for every channel, the last axis: the LayerScale of keras.applications.ConvNeXt*.
///
/// Variables: `gamma` (channels).
public final class LayerScale: Layer {
  /// The first value of every factor.
  public let initialValue: Float
  /// The number of channels.
  public let projectionDimension: Int

  /// Makes a scaling of channels.
  ///
  /// - Parameters:
  ///   - initialValue: The first value of every factor; Keras's `init_values`.
  ///   - projectionDimension: The number of channels; Keras's `projection_dim`.
  ///   - name: The layer's name.
  public init(_ initialValue: Float, projectionDimension: Int, name: String? = nil) {
    self.initialValue = initialValue
    self.projectionDimension = projectionDimension
    super.init(name: name)
  }

  package override func variableSpecifications(for shapes: [Shape]) throws -> [VariableSpecification] {
    guard shapes.count == 1, shapes[0].rank >= 1, shapes[0][-1] == projectionDimension else {
      throw GraftError(
        .shapeMismatch,
        """
        \(name): LayerScale needs one input of \(projectionDimension) channels. Received: \
        \(shapes.map(\.description).joined(separator: ", ")).
        """)
    }
    return [VariableSpecification("gamma", [projectionDimension], .constant(initialValue))]
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try builder.appendAffine(of: self, inputs[0], scale: variables[0], offset: nil)
  }

  package override var configuration: [String: JSONValue] {
    ["init_values": .number(initialValue.shortest), "projection_dim": .int(projectionDimension)]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(
      Float(try reader.number("init_values")), projectionDimension: try reader.int("projection_dim"),
      name: reader.name)
  }
}
