/// One stretch of fine-tuning: from which layer on, how long, and by which optimizer.
public struct FineTuningPhase: Sendable, Hashable {
  /// The first layer of the base that is trained.
  public var start: FineTuningStart
  /// How often every picture is seen. A phase of no epochs is left out; its layers still are a group of their own for
  /// `FineTuningPlan.rateDecay`.
  public var epochs: Int
  /// How weights follow their gradients. It begins without memory.
  public var optimizer: Optimizer

  /// Describes a phase; by default with Adam at 10⁻⁵, the rate of Keras's guide to transfer learning.
  public init(from start: FineTuningStart, epochs: Int, optimizer: Optimizer = .adam(learningRate: 1e-5)) {
    self.start = start
    self.epochs = epochs
    self.optimizer = optimizer
  }
}
