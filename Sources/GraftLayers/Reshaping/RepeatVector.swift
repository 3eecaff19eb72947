package import GraftCore
package import GraftGraph

/// A row several times, one below the other: keras.layers.RepeatVector.
public final class RepeatVector: Layer {
  /// How often.
  public let count: Int

  /// Makes a repetition.
  public init(_ count: Int, name: String? = nil) {
    self.count = count
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    let shape = builder.graph[inputs[0]].shape
    guard shape.rank == 1, count > 0 else {
      throw GraftError(
        .shapeMismatch, "\(name): RepeatVector needs a row and a positive count. Received: \(shape) and \(count).")
    }
    let row = try builder.append(.reshape([1, shape[0]]), of: self, inputs)
    return try builder.append(.repetition([count, shape[0]]), of: self, [row])
  }

  package override var configuration: [String: JSONValue] { ["n": .int(count)] }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(try reader.int("n"), name: reader.name)
  }
}
