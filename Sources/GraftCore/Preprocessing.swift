// Placeholder until the images branch is merged.
public struct Preprocessing: Sendable, Hashable, Codable { public static let scaledToMinusOneToOne = Preprocessing() }
extension Preprocessing {
  package var configuration: JSONValue { .null }; package init?(configuration: JSONValue) { return nil }
}
