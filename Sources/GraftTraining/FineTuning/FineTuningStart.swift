internal import GraftCore
package import GraftLayers

/// Where the part of a base begins that is trained on: all layers from there to the base's end.
public enum FineTuningStart: Sendable, Hashable, Codable {
  /// A layer, by its name.
  case layer(String)
  /// The last part of the base's layers, above 0 up to 1 for all.
  case lastFraction(Double)

  /// Reads a number above 0 and up to 1 as a part of the layers, and everything else as a layer's name.
  ///
  /// - Throws: `GraftError.invalidArgument` for an empty text, and for a number that is no such part.
  public init(parsing text: String) throws {
    guard !text.isEmpty else {
      throw GraftError(.invalidArgument, "Expected a layer's name or a part of the layers. Received an empty text.")
    }
    guard let number = Double(text) else {
      self = .layer(text)
      return
    }
    self = .lastFraction(number)
    try check()
  }

  func check() throws {
    guard case .lastFraction(let fraction) = self, !(fraction > 0 && fraction <= 1) else { return }
    throw GraftError(
      .invalidArgument, "The part of a base's layers must be above 0 and at most 1. Received: \(fraction).")
  }

  /// The place of the first trained layer among all layers of a base, those of nested models one by one.
  package func index(in base: Model) throws -> Int {
    try check()
    let all = base.allLayers
    switch self {
    case .layer(let name):
      let found = try base.layer(named: name)
      let first = (found as? Model)?.allLayers.first ?? found
      return all.firstIndex { $0 === first } ?? 0
    case .lastFraction(let fraction):
      return all.count - min(all.count, Int((fraction * Double(all.count) - 1e-6).rounded(.up)))
    }
  }

  /// Unfreezes a base from here on, and freezes what comes before.
  func unfreeze(_ base: Model, batchNorm: BatchNormTraining) throws {
    switch self {
    case .layer(let name): try base.unfreeze(from: name, batchNorm: batchNorm)
    case .lastFraction(let fraction): try base.unfreeze(lastFraction: fraction, batchNorm: batchNorm)
    }
  }
}

extension FineTuningStart: CustomStringConvertible {
  /// The text that `init(parsing:)` reads.
  public var description: String {
    switch self {
    case .layer(let name): name
    case .lastFraction(let fraction): "\(fraction)"
    }
  }
}

extension FineTuningStart: ExpressibleByStringLiteral {
  /// A layer's name.
  public init(stringLiteral name: String) { self = .layer(name) }
}
