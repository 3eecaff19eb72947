package import GraftCore

extension Augmentation: Codable {
  /// The augmentation as models and checkpoints keep it: a list of objects with `name` and the parameters.
  package var configuration: JSONValue {
    .array(
      operations.map { operation in
        var members = operation.arguments.mapValues(\.configuration)
        members["name"] = .string(operation.name.rawValue)
        return .object(members)
      })
  }

  /// Reads what `configuration` gave.
  ///
  /// - Throws: `GraftError` if it holds anything else, or a parameter lies outside its bounds.
  package init(configuration: JSONValue) throws {
    guard let items = configuration.array else {
      throw GraftError(.corrupt, "The augmentation cannot be read: expected a list. Received: \(configuration)")
    }
    try self.init(items.map(Self.operation))
  }

  private static func operation(_ item: JSONValue) throws -> AugmentationOperation {
    guard var members = item.object, let text = members.removeValue(forKey: "name")?.string else {
      throw GraftError(
        .corrupt, "The augmentation cannot be read: expected an object with a name. Received: \(item)")
    }
    guard let name = AugmentationOperation.Name(rawValue: text) else { throw AugmentationOperation.unknown(text) }
    var arguments = AugmentationArguments(name: name)
    for (key, member) in members {
      guard name.numberKeys.contains(key) || name.wordKey == key, let value = AugmentationValue(member) else {
        throw GraftError(.corrupt, "Augmentation '\(text)' has no parameter '\(key)' of \(member).")
      }
      arguments.values[key] = value
    }
    return try AugmentationOperation(arguments)
  }

  /// Reads the configuration.
  public init(from decoder: any Decoder) throws {
    try self.init(configuration: JSONValue(from: decoder))
  }

  /// Writes the configuration.
  public func encode(to encoder: any Encoder) throws { try configuration.encode(to: encoder) }
}
