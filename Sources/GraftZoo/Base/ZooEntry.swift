/// What is known of one network of the zoo without building it.
public struct ZooEntry: Sendable, Hashable {
  /// The name that `BaseNetwork` and `graft train --base` take, such as `efficientnet-b0`.
  public let name: String
  /// The name of the constructor, such as `EfficientNetB0`.
  public let className: String
  /// The default height and width of pictures.
  public let imageSize: Int
  /// The number of weights without a top.
  public let parameterCount: Int
  /// The number of weights with the top of 1000 classes.
  public let parameterCountWithTop: Int
  /// How often the first guess is right on ImageNet, in per cent, as its publisher states it.
  public let topOneAccuracy: Double?
  /// How often the class is among the first five guesses, in per cent, as its publisher states it.
  public let topFiveAccuracy: Double?
  /// The first layer of the last stage: `unfreeze(from:)` with it trains that stage and what follows.
  public let lastStage: String
  /// The file of ImageNet weights without a top.
  public let weights: WeightEntry
  /// The file of ImageNet weights with the top.
  public let weightsWithTop: WeightEntry

  init(_ facts: ZooFacts) {
    name = facts.name
    className = facts.className
    imageSize = facts.imageSize
    parameterCount = facts.parameters.noTop
    parameterCountWithTop = facts.parameters.withTop
    topOneAccuracy = facts.accuracy.topOne
    topFiveAccuracy = facts.accuracy.topFive
    lastStage = facts.lastStage
    weights = facts.noTop
    weightsWithTop = facts.withTop
  }
}
