/// What stands where a picture was erased. Definition: the `fill_value` of keras.layers.RandomErasing.
public enum ErasureFill: Sendable, Hashable {
  /// Normal numbers times 255, clipped to 0…255, per value: Keras's default. Half of them are 0.
  case noise
  /// One gray value of 0…255.
  case constant(Double)
}
