package import GraftCore
package import GraftGraph

/// eˣⁱ / Σ eˣʲ along one axis or several: keras.layers.Softmax.
public final class Softmax: Layer {
  /// The axes that are summed over, counted with the batch as axis 0; negative ones count from the end.
  public let axes: [Int]

  /// Makes a softmax along an axis, by default the last.
  public init(axis: Int = -1, name: String? = nil) {
    axes = [axis]
    super.init(name: name)
  }

  /// Makes a softmax along several axes together.
  public init(axes: [Int], name: String? = nil) {
    self.axes = axes
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try builder.append(of: self, inputs[0], along: axes) { builder, node in
      try builder.append(.activation(.softmax), of: self, [node])
    }
  }

  package override var configuration: [String: JSONValue] {
    ["axis": axes.count == 1 ? .int(axes[0]) : .array(axes.map { .int($0) })]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(axes: reader["axis"] == nil ? [-1] : try reader.axes("axis"), name: reader.name)
  }
}
