/// What one epoch came to.
public struct EpochRecord: Sendable, Hashable, Codable {
  /// The epoch, counted from 1.
  public let epoch: Int
  /// `loss` and the metrics, averaged over the epoch's samples while it trained; validation's have `val_` in front.
  public let values: [String: Double]
  /// How long the epoch took, validation included, in seconds.
  public let seconds: Double

  /// Makes a record.
  public init(epoch: Int, values: [String: Double], seconds: Double) {
    self.epoch = epoch
    self.values = values
    self.seconds = seconds
  }
}
