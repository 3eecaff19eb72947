/// Where a network's weights come from.
public enum PretrainedWeights: Sendable, Hashable {
  /// The publisher's weights, trained on ImageNet, downloaded once into the cache: Keras's, or torch's for networks of torch.
  case imageNet
  /// An HDF5 file in any of Keras's layouts; for networks of torch, safetensors or a file of `torch.save`.
  case file(String)
}
