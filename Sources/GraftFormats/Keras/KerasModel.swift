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
    if try KerasArchive.describes(path) {
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

  /// Builds the model and reads its weights.
  ///
  /// - Parameters:
  ///   - inputShape: Another input shape than the one saved, where all layers can take it.
  ///   - preprocessing: What turns pictures into the input. By default what a file of Graft's says, or the family's own,
  ///     recognised by the network's layers.
  public func model(inputShape: Shape? = nil, preprocessing: Preprocessing? = nil) throws -> Model {
    let noted = try notes?["preprocessing"].map { try Preprocessing(configuration: $0) }
    let model = try ModelReader.model(configuration, inputShape: inputShape, preprocessing: preprocessing ?? noted)
    try model.assign(from: file, allowExtra: false)
    return model
  }
}
