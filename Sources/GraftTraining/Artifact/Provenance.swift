internal import Foundation
public import GraftCore

/// Where a model comes from: enough to know it, and to make it again.
public struct Provenance: Sendable, Hashable, Codable {
  /// The base in words, such as the weights' file.
  public var base: String?
  /// The SHA-256 of the base's weights file.
  public var baseDigest: String?
  /// The layer at which the base was cut.
  public var cut: String?
  /// The SHA-256 over the training pictures and their classes.
  public var dataDigest: String?
  /// The seed of splits, orders and first weights.
  public var seed: UInt64?
  /// The version of Graft that trained the model.
  public var graftVersion: String
  /// Loss and metrics of every epoch, over all phases.
  public var history: [EpochRecord]
  /// The phases that the history falls into; nil if it is one.
  public var phases: [TrainingPhaseRecord]?
  /// The settings that the model was trained with, by their names, if whoever trained it wrote them down.
  public var settings: [String: String]?

  /// Describes where a model comes from.
  public init(
    base: String? = nil, baseDigest: String? = nil, cut: String? = nil, dataDigest: String? = nil, seed: UInt64? = nil,
    graftVersion: String = GraftVersion.current, history: [EpochRecord] = [],
    phases: [TrainingPhaseRecord]? = nil, settings: [String: String]? = nil
  ) {
    self.base = base
    self.baseDigest = baseDigest
    self.cut = cut
    self.dataDigest = dataDigest
    self.seed = seed
    self.graftVersion = graftVersion
    self.history = history
    self.phases = phases
    self.settings = settings
  }
}
