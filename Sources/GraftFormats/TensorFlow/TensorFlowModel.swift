internal import Foundation
public import GraftCore
public import GraftLayers
internal import GraftTensorFlow

/// A TensorFlow SavedModel (`model.export`, TF Hub, Kaggle Models) as a frozen network that TensorFlow runs.
///
/// What signatures there are is read without TensorFlow. To build the network takes a Graft that was built with the package
/// trait `TensorFlow`: a SavedModel is a program. It runs with your rights, so take it from people whom you trust.
///
/// ```swift
/// let network = try TensorFlowModel(contentsOf: "mobilenet").model(preprocessing: .scaledToMinusOneToOne)
/// ```
///
/// Definition: saved_model.proto and meta_graph.proto of TensorFlow 2.
public struct TensorFlowModel {
  private let path: String
  private let found: [TensorFlowSignature]

  /// Reads what a SavedModel says about itself.
  ///
  /// - Parameter path: The folder with `saved_model.pb`.
  /// - Throws: `GraftError.fileNotFound`, `.corrupt`, or `.unsupported` if there is nothing to be served in it.
  public init(contentsOf path: String) throws {
    self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    let file = try InputFile(path + "/saved_model.pb")
    guard file.byteCount < 1 << 31 else { throw GraftError(.unsupported, "'\(path)' is larger than 2 GiB.") }
    let bytes = try file.bytes(at: 0, count: file.byteCount)
    do {
      found = try Self.signatures(bytes[...])
    } catch let error as GraftError {
      throw GraftError(error.code, "'\(path)' cannot be read as a SavedModel. \(error.message)")
    }
    guard !found.isEmpty else {
      throw GraftError(.unsupported, "The SavedModel '\(path)' has no signature under the tag 'serve'.")
    }
  }

  private static func signatures(_ model: ArraySlice<UInt8>) throws -> [TensorFlowSignature] {
    for (number, value) in try ProtobufReader.fields(of: model) where number == 2 {
      let graph = try ProtobufReader.fields(of: value.bytes ?? [])
      let tags = try ProtobufReader.fields(of: graph.last { $0.number == 1 }?.value.bytes ?? [])
        .filter { $0.number == 4 }.compactMap(\.value.text)
      guard tags == ["serve"] else { continue }
      // TensorFlow's own signature for restoring has neither inputs nor outputs.
      return try graph.filter { $0.number == 5 }.map { try TensorFlowSignature($0.value.bytes ?? []) }
        .filter { !$0.inputs.isEmpty && !$0.outputs.isEmpty }.sorted { $0.name < $1.name }
    }
    return []
  }

  /// Whether this Graft can run SavedModels.
  public static var isAvailable: Bool { SavedModelFunction.isAvailable }

  /// The names of the signatures.
  public var signatures: [String] { found.map(\.name) }

  /// The names of a signature's outputs; none for a signature that is not there.
  public func outputs(of signature: String = "serving_default") -> [String] {
    found.first { $0.name == signature }?.outputs.map(\.key) ?? []
  }

  /// Builds a network of one layer, which runs a signature.
  ///
  /// - Parameters:
  ///   - signature: The name of the signature.
  ///   - output: The name of its output, if it has several.
  ///   - inputShape: The shape of a picture (height, width, channels), where the signature leaves it open.
  ///   - preprocessing: What turns pictures into the input; a SavedModel does not say it.
  /// - Throws: `GraftError.unsupported` without the trait `TensorFlow` or for a signature that does not turn one float32 tensor
  ///   into another; `GraftError.invalidArgument`, naming those there are, for a signature or output that is not there.
  public func model(
    signature: String = "serving_default", output: String? = nil, inputShape: Shape? = nil,
    preprocessing: Preprocessing? = nil
  ) throws -> Model {
    guard let chosen = found.first(where: { $0.name == signature }) else {
      throw GraftError(
        .invalidArgument,
        "The SavedModel '\(path)' has no signature '\(signature)'. It has: \(signatures.joined(separator: ", ")).")
    }
    guard chosen.inputs.count == 1, chosen.inputs[0].type == 1 else {
      throw GraftError(
        .unsupported,
        "Expected one float32 input of '\(signature)' in '\(path)'. Received: "
          + "\(chosen.inputs.map { "\($0.key) (type \($0.type))" }.joined(separator: ", ")).")
    }
    let names = chosen.outputs.map(\.key)
    guard let result = output.map({ name in chosen.outputs.first { $0.key == name } }) ?? chosen.outputs.first,
      output != nil || chosen.outputs.count == 1
    else {
      throw GraftError(
        .invalidArgument,
        "Say which output of '\(signature)' in '\(path)' is wanted\(output.map { ", not '\($0)'" } ?? ""): "
          + "\(names.joined(separator: ", ")).")
    }
    let lengths = chosen.inputs[0].lengths.map { Array($0.dropFirst()) }
    let shape = inputShape ?? Shape(lengths ?? [])
    guard shape.rank > 0, shape.dimensions.allSatisfy({ (1...(1 << 16)).contains($0) }),
      shape.byteCount(elementSize: 1) ?? .max <= 1 << 28,
      lengths.map({ $0.count == shape.rank && zip($0, shape.dimensions).allSatisfy { $0 == 0 || $0 == $1 } }) ?? true
    else {
      throw GraftError(
        .invalidArgument,
        """
        The signature takes samples of \(lengths.map { "\(Shape($0))" } ?? "any shape") (0 stands for any length). Received: \
        \(shape). Give the size of pictures, for example with --image-size 224.
        """)
    }
    let name = ONNXName.plain(chosen.inputs[0].key, or: "input")
    let input = Input(shape: shape, preprocessing: preprocessing, name: name)
    let layer = TFSMLayer(
      filepath: path, callEndpoint: signature, digest: try SavedModelDigest.of(path).description,
      tensors: (chosen.inputs[0].tensor, result.tensor), name: "saved_model")
    let model = Model(inputs: input, outputs: layer(input), name: "saved_model_network")
    try model.check()
    return model
  }
}
