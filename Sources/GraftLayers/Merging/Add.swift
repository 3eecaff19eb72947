internal import GraftCore
package import GraftGraph

/// The sum of values of one shape: keras.layers.Add.
///
/// ```swift
/// let sum = Add()([x, y])
/// ```
public final class Add: Layer {
  /// Makes a sum.
  public override init(name: String? = nil) { super.init(name: name) }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    guard inputs.count >= 2 else {
      throw GraftError(.invalidArgument, "\(name): Add needs at least two inputs. Received: \(inputs.count).")
    }
    return try builder.append(.add, of: self, inputs)
  }

  convenience init(_ reader: ConfigurationReader) { self.init(name: reader.name) }
}
