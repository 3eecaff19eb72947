public import GraftCore
public import GraftLayers

/// Reads a whole model that Keras 2 or 3 saved as `.h5`: architecture and weights.
///
/// ```swift
/// let model = try KerasModel(contentsOf: "dogs.h5").model()
/// ```
public struct KerasModel {
  private let file: KerasWeightFile
  private let configuration: JSONValue

  /// Opens a file.
  ///
  /// - Throws: `GraftError.unsupported` if the file holds weights alone.
  public init(contentsOf path: String) throws {
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
  }

  /// The version of Keras that wrote the file, if it says so.
  public var kerasVersion: String? { file.kerasVersion }

  /// Builds the model and reads its weights.
  ///
  /// - Parameters:
  ///   - inputShape: Another input shape than the one saved, where all layers can take it.
  ///   - preprocessing: What turns pictures into the input. By default the family's own, recognised by the network's layers.
  public func model(inputShape: Shape? = nil, preprocessing: Preprocessing? = nil) throws -> Model {
    let model = try ModelReader.model(configuration, inputShape: inputShape, preprocessing: preprocessing)
    try model.assign(from: file, allowExtra: false)
    return model
  }
}
