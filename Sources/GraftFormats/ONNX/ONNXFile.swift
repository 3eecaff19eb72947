internal import GraftCore
internal import GraftGraph
public import GraftLayers

/// Writes networks as ONNX (opset 17), for ONNX Runtime and whatever else reads it.
///
/// The batch has any length. Normalisations are folded into the convolutions before them. Pictures go in as Graft has them,
/// channels last.
public enum ONNXFile {
  /// Writes a network with its present weights.
  ///
  /// - Parameters:
  ///   - model: The network.
  ///   - metadata: Texts that travel along, in `metadata_props`.
  ///   - path: The file.
  /// - Throws: `GraftError.unsupported`, naming the layer, for an operation that is not known;
  ///   `GraftError.writeFailed`, and a file that stood there is untouched then.
  public static func write(_ model: Model, metadata: [String: String] = [:], to path: String) throws {
    let file = try AtomicFile(replacing: path)
    try write(model, metadata: metadata, into: file)
    try file.commit()
  }

  /// Writes a network into a file that is not committed yet.
  package static func write(_ model: Model, metadata: [String: String], into file: AtomicFile) throws {
    try file.write(bytes(of: model, metadata: metadata))
  }

  static func bytes(of model: Model, metadata: [String: String]) throws -> [UInt8] {
    let graph = try model.graph().frozen().removingIdentities().foldingZeroPadding().foldingBatchNormalization()
      .removingDeadNodes()
    let input = model.input.layer.name
    let output = input == "output" ? "result" : "output"
    var translation = ONNXTranslation(graph)
    let result = try translation.run(input: input, output: output)
    translation.onnx.end(with: result, as: output)
    return try translation.onnx.bytes(
      name: model.name, input: (input, model.input.shape), output: (output, model.output.shape),
      metadata: metadata.sorted { $0.key < $1.key })
  }
}
