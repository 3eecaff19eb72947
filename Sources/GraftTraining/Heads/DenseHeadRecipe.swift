/// How the post's head is made and trained on cached features.
public struct DenseHeadRecipe: Sendable, Hashable {
  /// Units of the hidden layer; 0 for none.
  public var units: Int
  /// How often every sample is seen.
  public var epochs: Int
  /// Samples per step.
  public var batchSize: Int
  /// Decides the order of the samples. First weights follow `RandomSeed.current`.
  public var seed: UInt64
  /// How weights follow their gradients.
  public var optimizer: Optimizer

  /// The post's: 256 units, ten epochs, batches of 32, Adam at 10⁻³.
  public init(
    units: Int = 256, epochs: Int = 10, batchSize: Int = 32, seed: UInt64 = 0,
    optimizer: Optimizer = .adam()
  ) {
    self.units = units
    self.epochs = epochs
    self.batchSize = batchSize
    self.seed = seed
    self.optimizer = optimizer
  }
}
