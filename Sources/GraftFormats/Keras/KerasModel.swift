public import GraftCore
public import GraftLayers

/// Reads a whole model, architecture and weights, that Keras 3 saved as `.keras`, or Keras 2 or 3 as `.h5`.
///
/// ```swift
/// let model = try KerasModel(contentsOf: "dogs.keras").model()
/// ```
public struct KerasModel {
  private let file: KerasWeightFile
  private let configuration: JSONValue
  private let metadata: JSONValue

  /// Opens a file.
  ///
  /// - Throws: `GraftError.unsupported` if the file holds weights alone.
  public init(contentsOf path: String) throws {
    if try ZipArchive.describes(path) {
      let archive = try KerasArchive(contentsOf: path)
      file = archive.file
      (configuration, metadata) = (archive.configuration, archive.metadata)
      return
    }
    file = try KerasWeightFile(contentsOf: path)
    guard let configuration = try file.modelConfiguration else {
      throw GraftError(
        .unsupported,
        """
        '\(path)' holds weights alone, no model: nothing says how the layers are connected. Give the architecture by its \
        name and the file as its weights, for example --base mobilenet-v2 --weights '\(path)'.
        """)
    }
    self.configuration = configuration
    metadata = [:]
  }

  /// The version of Keras that wrote the file, if it says so.
  public var kerasVersion: String? { metadata["keras_version"]?.string ?? file.kerasVersion }

  /// What Graft wrote beside a `.keras` file's network, such as its class names; nil in files of others.
  public var notes: JSONValue? { metadata[KerasArchive.graft] }

  /// The weights, as they lie in the file.
  public var weights: KerasWeightFile { file }

  /// The classes of layers that are read, sorted.
  public static var layerClassNames: [String] { LayerRegistry.classNames }

  /// The names of the layers whose results are the model's outputs, in its order.
  public var outputNames: [String] { ModelReader.outputNames(configuration) }

  /// Builds the model and reads its weights.
  ///
  /// Layers that the output does not depend on are left out, and need not be of a class that Graft knows.
  ///
  /// - Parameters:
  ///   - inputShape: Another input shape than the one saved, where all layers can take it.
  ///   - preprocessing: What turns pictures into the input. By default what a file of Graft's says, or the family's own,
  ///     recognised by the network's layers.
  ///   - output: The layer whose result is wanted: one of ``outputNames``, or any other. It may be left out if the model has
  ///     one output.
  /// - Throws: `GraftError.invalidArgument` if the model has several outputs and none is chosen, or no such layer;
  ///   `GraftError.unsupported` for a layer that is not known; `GraftError.weightMismatch`.
  public func model(
    inputShape: Shape? = nil, preprocessing: Preprocessing? = nil, output: String? = nil
  ) throws -> Model {
    let noted = try notes?["preprocessing"].map { try Preprocessing(configuration: $0) }
    let (model, outline) = try ModelReader.outlinedModel(
      configuration, inputShape: inputShape, preprocessing: preprocessing ?? noted, output: output)
    let tensors = try file.tensors(for: outline.map(\.slots), allowExtra: !outline.allSatisfy(\.isWhole))
    for (layer, values) in zip(outline, tensors) {
      for (variable, value) in zip(layer.variables, values) { try variable.assign(value) }
    }
    return model
  }
}

extension ModelOutline {
  /// The places for weights, those of layers that were not built left out.
  fileprivate var slots: LayerSlots {
    LayerSlots(
      name: name, className: className,
      variables: ownVariables.map { VariableSlot(name: $0.name, shape: $0.shape) }, children: children.map(\.slots))
  }
}
