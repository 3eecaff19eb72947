public import GraftCore

/// A file of weights that Keras wrote, in any of its HDF5 layouts.
///
/// ```swift
/// let file = try KerasWeightFile(contentsOf: "dogs.h5")
/// let dense = LayerSlots(name: "dense", className: "Dense", variables: [
///   VariableSlot(name: "kernel", shape: [1280, 19]), VariableSlot(name: "bias", shape: [19])])
/// let tensors = try file.tensors(for: [dense], allowExtra: true)
/// ```
public final class KerasWeightFile: Sendable {
  /// One weight of the file.
  public struct Entry: Sendable, Hashable {
    /// Where it lies, without the `model_weights/` of a whole model.
    public let path: String
    /// Its shape.
    public let shape: Shape
  }

  /// The HDF5 file below.
  public let file: HDF5File
  /// How the weights are laid out.
  public let layout: KerasWeightLayout
  /// The version of Keras that wrote the file, if it says so.
  public let kerasVersion: String?
  /// The layers' weights in the file's own order; optimizer state and random seeds are left out.
  let storedLayers: [StoredLayer]

  /// Opens a file and finds out what it is.
  ///
  /// Throws what ``HDF5File/init(contentsOf:)`` throws, and `.unsupported` for HDF5 files that Keras did not write.
  public convenience init(contentsOf path: String) throws {
    try self.init(HDF5File(contentsOf: path))
  }

  /// Finds out what an HDF5 file is. Throws as ``init(contentsOf:)`` does.
  init(_ file: HDF5File) throws {
    let path = file.path
    self.file = file
    if file.contains("model_weights") {
      layout = .wholeModel
      storedLayers = try LegacyLayout.layers(of: file, root: "model_weights")
    } else if try file.strings(attribute: "layer_names", of: "") != nil {
      layout = .legacyWeights
      storedLayers = try LegacyLayout.layers(of: file, root: "")
    } else if StructureLayout.describes(file) {
      layout = .keras3Weights
      storedLayers = StructureLayout.layers(of: file)
    } else {
      throw GraftError(
        .unsupported,
        "'\(path)' is HDF5, but not weights that Keras wrote: expected 'layer_names', 'model_weights' or 'layers' in it, "
          + "received \(file.members(of: "")?.prefix(8).joined(separator: ", ") ?? "nothing").")
    }
    kerasVersion =
      try file.string(attribute: "keras_version", of: "")
      ?? file.string(attribute: "keras_version", of: "model_weights")
  }

  /// The configuration that the model can be rebuilt from; nil in files that hold weights alone.
  ///
  /// Throws `.corrupt` if it is not JSON.
  public var modelConfiguration: JSONValue? {
    get throws {
      guard let text = try file.string(attribute: "model_config", of: "") else { return nil }
      do {
        return try JSONValue(parsing: text)
      } catch let error as GraftError {
        throw GraftError(error.code, "The model's configuration in '\(file.path)' cannot be read. \(error.message)")
      }
    }
  }

  /// All weights of the file with their shapes, in the file's own order.
  public var entries: [Entry] {
    let prefix = layout == .wholeModel ? "model_weights/" : ""
    return storedLayers.flatMap { layer in
      layer.variables.map { Entry(path: String($0.path.dropFirst(prefix.count)), shape: $0.shape) }
    }
  }
}
