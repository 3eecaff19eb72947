/// Where a network's weights come from.
public enum PretrainedWeights: Sendable, Hashable {
  /// Keras's official weights, trained on ImageNet, downloaded once into the cache.
  case imageNet
  /// An HDF5 file in any of Keras's layouts.
  case file(String)
}
