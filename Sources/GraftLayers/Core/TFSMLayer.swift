package import GraftCore
package import GraftGraph
internal import GraftTensorFlow

/// A signature of a TensorFlow SavedModel as a layer that TensorFlow runs: keras.layers.TFSMLayer.
///
/// It is frozen: none of its weights is known here. Models keep the SavedModel's place and a digest of its contents, not the
/// SavedModel itself. Only a Graft that was built with the package trait `TensorFlow` can call it.
public final class TFSMLayer: Layer {
  /// The folder of the SavedModel.
  public let filepath: String
  /// The signature that is run.
  public let callEndpoint: String
  /// The digest of the SavedModel's graph, variables and assets.
  public let digest: String
  private let tensors: (input: String, output: String)
  private var function: (any ForeignFunction)?

  /// Makes a layer.
  ///
  /// - Parameters:
  ///   - filepath: The folder of the SavedModel.
  ///   - callEndpoint: The name of the signature.
  ///   - digest: The digest that the SavedModel must have.
  ///   - tensors: The tensors that go in and out, as the graph names them.
  ///   - name: The layer's name.
  package init(
    filepath: String, callEndpoint: String, digest: String, tensors: (input: String, output: String),
    name: String? = nil
  ) {
    self.filepath = filepath
    self.callEndpoint = callEndpoint
    self.digest = digest
    self.tensors = tensors
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    guard inputs.count == 1 else {
      throw GraftError(.invalidArgument, "\(name): TFSMLayer needs one input. Received: \(inputs.count).")
    }
    let known =
      try function
      ?? SavedModelFunction.load(filepath, input: tensors.input, output: tensors.output, digest: digest)
    function = known
    let shape = try resultShape(known, builder.graph[inputs[0]].shape)
    return try builder.append(.foreign(ForeignOperation(known, shape: shape)), of: self, inputs)
  }

  /// Asked once for each shape: the function must run to say it.
  private var shapes: [Shape: Shape] = [:]

  private func resultShape(_ function: any ForeignFunction, _ shape: Shape) throws -> Shape {
    if let known = shapes[shape] { return known }
    let result = try function.resultShape(for: shape)
    shapes[shape] = result
    return result
  }

  package override var configuration: [String: JSONValue] {
    [
      "filepath": .string(filepath), "call_endpoint": .string(callEndpoint), "graft_digest": .string(digest),
      "graft_input": .string(tensors.input), "graft_output": .string(tensors.output),
    ]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    func text(_ key: String) throws -> String {
      guard let text = reader[key]?.string else { throw reader.error(key, expected: "a text") }
      return text
    }
    self.init(
      filepath: try text("filepath"), callEndpoint: try text("call_endpoint"), digest: try text("graft_digest"),
      tensors: (try text("graft_input"), try text("graft_output")), name: reader.name)
  }
}
