public import GraftCore
public import GraftLayers

/// Reads an image network in an ONNX file, with operators of opset 7 or newer, into layers.
///
/// ONNX has the channels of a picture first, Graft has them last: weights are turned once, when the file is read, and
/// transpositions vanish. Layers are called after the file's nodes or weights, such as `layer1.0.conv1`. An output that is a
/// picture comes with its channels last, too.
///
/// ```swift
/// let network = try ONNXModel(contentsOf: "resnet18.onnx").model(preprocessing: .torch)
/// ```
///
/// Definition of the operators: https://onnx.ai/onnx/operators. What is read is listed in ``operators``.
public struct ONNXModel {
  private let source: ONNXSource
  private let input: ONNXInput

  /// The operators that are read.
  public static var operators: [String] { ONNXImport.operators }

  /// Reads a file. Constants in other files are followed only below the file's own folder.
  ///
  /// - Throws: `GraftError.corrupt` if the file is damaged, `.unsupported` if the network has more than one input, sparse
  ///   constants or operators older than opset 7.
  public init(contentsOf path: String) throws {
    source = try ONNXSource(contentsOf: path)
    guard source.inputs.count == 1 else {
      throw GraftError(
        .unsupported,
        "Expected a network with one input in '\(path)'. Received \(source.inputs.count): "
          + "\(source.inputs.prefix(8).map(\.name).joined(separator: ", ")).")
    }
    input = source.inputs[0]
    guard let lengths = input.lengths, lengths.count > 1, lengths.count <= 8,
      lengths.allSatisfy({ ($0 ?? 1) <= 1 << 16 })
    else {
      throw GraftError(
        .unsupported,
        "The input '\(input.name)' of '\(path)' must have a batch and axes of sensible lengths. Received: "
          + "\(input.lengths.map { "\($0.map { $0 ?? 0 })" } ?? "none").")
    }
    guard !source.outputs.isEmpty else { throw GraftError(.corrupt, "The network in '\(path)' has no output.") }
  }

  /// Whether a path ends as those of ONNX files do: their contents begin with nothing that would tell them.
  public static func isNamedLike(_ path: String) -> Bool { path.lowercased().hasSuffix(".onnx") }

  /// The program that wrote the file, as it calls itself.
  public var producer: String { source.producer }

  /// The version of the file's operators.
  public var opset: Int { source.opset }

  /// The texts that came along.
  public var metadata: [String: String] { source.metadata }

  /// The names of the network's outputs.
  public var outputs: [String] { source.outputs }

  /// The shape of a picture (height, width, channels) or row; 0 stands for a length that the file leaves open.
  public var inputShape: Shape {
    let lengths = (input.lengths ?? []).dropFirst().map { $0 ?? 0 }
    guard lengths.count == 3, ONNXLayout(of: input, in: source.nodes).isChannelsFirst else { return Shape(lengths) }
    return [lengths[1], lengths[2], lengths[0]]
  }

  /// What a file of Graft's says about how pictures become its input; nil in files of others.
  public var preprocessing: Preprocessing? {
    get throws {
      try metadata["preprocessing"].map { try Preprocessing(configuration: JSONValue(parsing: $0)) }
    }
  }

  /// Builds the network.
  ///
  /// - Parameters:
  ///   - inputShape: Another shape of pictures (height, width, channels) than the file's, where all operators can take it.
  ///   - output: The name of the output, if there is more than one; by default the first.
  ///   - preprocessing: What turns pictures into the input. By default what a file of Graft's says; ONNX has no place for it.
  ///   - end: The name of the last layer that is wanted: what comes after it need not be known.
  /// - Throws: `GraftError.unsupported`, naming node, operator, attributes and what is known, for an operator that is not;
  ///   `GraftError.corrupt` for a graph that does not hold together.
  public func model(
    inputShape: Shape? = nil, output: String? = nil, preprocessing: Preprocessing? = nil, endingAt end: String? = nil
  ) throws -> Model {
    let output = output ?? source.outputs[0]
    guard source.outputs.contains(output) else {
      throw GraftError(
        .invalidArgument,
        "The network has no output '\(output)'. Its outputs: \(source.outputs.joined(separator: ", ")).")
    }
    let own = self.inputShape
    let shape = inputShape ?? own
    guard shape.dimensions.allSatisfy({ (1...(1 << 16)).contains($0) }), shape.rank == own.rank,
      shape.byteCount(elementSize: 1) ?? .max <= ONNXImport.valueLimit,
      shape.rank != 3 || own[2] == 0 || shape[2] == own[2]
    else {
      throw GraftError(
        .invalidArgument,
        """
        The file's input shape is \(own) (0 stands for any length): expected lengths that fit it. Received: \(shape). Give \
        the size that you want, for example with --image-size 224.
        """)
    }
    var graph = try ONNXImport(source, endingAt: end)
    return try graph.model(output: output, input: input, shape: shape, preprocessing ?? self.preprocessing)
  }
}
