/// The ways in which Keras has laid out weights in HDF5.
public enum KerasWeightLayout: Sendable, Hashable, CustomStringConvertible {
  /// `save_weights("x.h5")`: a group per layer, named in `layer_names`.
  case legacyWeights
  /// `save("x.h5")`: the same below `model_weights`, with the model's configuration.
  case wholeModel
  /// `save_weights("x.weights.h5")` of Keras 3: groups named after classes, variables numbered.
  case keras3Weights

  /// What people call such a file.
  public var description: String {
    switch self {
    case .legacyWeights: "legacy Keras .h5 weights"
    case .wholeModel: "a whole Keras model in .h5"
    case .keras3Weights: "Keras 3 .weights.h5"
    }
  }
}
