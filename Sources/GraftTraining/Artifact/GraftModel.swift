internal import GraftCore
public import GraftImages
public import GraftLayers

/// A trained classifier with all that is needed to use it: network, class names, preprocessing, provenance.
///
/// It is kept in one `.graft` file, which is valid safetensors.
///
/// ```swift
/// try await GraftModel(model, classNames: photos.classNames).write(to: "flowers.graft")
/// let flowers = try await GraftModel(contentsOf: "flowers.graft")
/// ```
public struct GraftModel {
  /// The network.
  public let model: Model
  /// The names of the classes, or labels, in the order of the outputs.
  public let classNames: [String]
  /// What the outputs mean.
  public let task: ClassificationTask
  /// How pictures of other proportions fill the input.
  public let imageFit: ImageFit
  /// Where the model comes from.
  public let provenance: Provenance

  /// Puts a model together.
  ///
  /// - Throws: `GraftError.invalidArgument` unless there is one name per output, each different.
  public init(
    _ model: Model, classNames: [String], task: ClassificationTask = .singleLabel, imageFit: ImageFit = .stretch,
    provenance: Provenance = Provenance()
  ) throws {
    let classes = try model.classCount
    guard classNames.count == classes, Set(classNames).count == classes else {
      throw GraftError(
        .invalidArgument,
        "The model has \(classes) outputs and needs as many different class names. Received: \(classNames).")
    }
    self.model = model
    self.classNames = classNames
    self.task = task
    self.imageFit = imageFit
    self.provenance = provenance
  }
}
