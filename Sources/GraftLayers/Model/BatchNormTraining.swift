/// What unfreezing does to batch normalisations.
public enum BatchNormTraining: Sendable, Hashable {
  /// They stay frozen: gamma, beta and moving statistics keep their values, and training normalises by the moving
  /// statistics. The safe choice for small batches, in which statistics are mostly noise.
  case frozen
  /// They are trained as well: training normalises by the batch and updates the moving statistics, as Keras does with a
  /// base that is called in training mode.
  case train
}
