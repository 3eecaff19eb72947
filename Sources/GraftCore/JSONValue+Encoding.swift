internal import Foundation

extension JSONValue {
  /// The document that a value encodes to.
  package init(encoding value: some Encodable) throws {
    self = try JSONValue(parsing: Array(try JSONEncoder().encode(value)))
  }

  /// The value that a document decodes to.
  ///
  /// - Throws: `GraftError.corrupt` if it does not fit.
  package func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(try serialized().utf8))
    } catch {
      throw GraftError(.corrupt, "Expected a \(type) as JSON. Received something else: \(error)")
    }
  }
}
