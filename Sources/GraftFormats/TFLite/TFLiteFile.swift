internal import GraftCore
public import GraftGraph
public import GraftLayers

/// Writes networks for the TFLite (LiteRT) interpreter, and reads what it wrote.
///
/// Pictures have their channels last, any number of them runs at once (`resize_tensor_input`). The signature `serving_default`
/// takes the input under its layer's name and gives `output_0`.
///
/// A network whose frozen part is computed with whole numbers of 8 bits can keep that: convolutions with a scale per channel for
/// weights and one per value, in Graft's scales, and floats for everything else.
public enum TFLiteFile {
  static let identifier = "TFL3"
  static let outputName = "output_0"

  /// Writes a network with its present weights.
  ///
  /// - Parameters:
  ///   - model: The network.
  ///   - precision: Whether the quantised part of the network stays so; what is not quantised is float32 in any case.
  ///   - classNames: What the outputs stand for: `labels.txt` in the file's metadata.
  ///   - metadata: Texts that travel along, under their names.
  ///   - path: The file.
  /// - Throws: `GraftError.unsupported`, naming the layer, for an operation that is not known, or beyond 2 GiB;
  ///   `GraftError.writeFailed`, and a file that stood there is untouched then.
  public static func write(
    _ model: Model, precision: Precision = .float32, classNames: [String] = [], metadata: [String: String] = [:],
    to path: String
  ) throws {
    let file = try AtomicFile(replacing: path)
    _ = try write(model, precision: precision, classNames: classNames, metadata: metadata, into: file)
    try file.commit()
  }

  /// Writes a network into a file that is not committed yet.
  ///
  /// - Returns: How many layers are computed with whole numbers, and how many are not although Graft computes them so.
  package static func write(
    _ model: Model, precision: Precision, classNames: [String], metadata: [String: String], into file: AtomicFile
  ) throws -> (kept: Int, asFloats: Int) {
    let translation = try translation(of: model, precision)
    let description = TFLiteMetadata(
      model: model, classNames: classNames, hasWholeNumbers: translation.wholeNumbers.kept > 0)
    let texts = metadata.sorted { $0.key < $1.key }.map { (name: $0.key, bytes: Array($0.value.utf8)) }
    let bytes = try TFLiteWriter.bytes(
      of: translation.program, name: model.name,
      metadata: [(TFLiteMetadata.name, try description.bytes())] + texts)
    try file.write(bytes)
    try description.appendFiles(to: file, at: bytes.count)
    return translation.wholeNumbers
  }

  private static func translation(of model: Model, _ precision: Precision) throws -> ProgramTranslation {
    let graph = precision == .int8 ? try model.runnableGraph() : try model.graph()
    return try ProgramTranslation(graph.frozen().optimizedForInference(), .tflite)
  }

  /// What a network's file stands for, before it is written.
  package static func graph(of model: Model, _ precision: Precision) throws -> Graph {
    try ProgramGraph(translation(of: model, precision).program).graph
  }

  /// The network in a file that Graft wrote, and the texts that travel along. Values that are whole numbers in the file are floats
  /// that are rounded in the same way.
  ///
  /// - Throws: `GraftError.corrupt` for a damaged file, `GraftError.unsupported` for operators that Graft does not write.
  package static func graph(contentsOf path: String) throws -> (graph: Graph, metadata: [String: String]) {
    let input = try InputFile(path)
    let (program, metadata) = try TFLiteReader.read(input.bytes(at: 0, count: input.byteCount))
    return (
      try ProgramGraph(program).graph, metadata.compactMapValues { String(validating: $0, as: UTF8.self) }
    )
  }
}
