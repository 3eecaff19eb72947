internal import GraftCore

extension GoldenFile {
  struct Entry: Decodable, Sendable {
    let dtype: String
    let shape: Shape
    let offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }

  /// The JSON header: one entry per tensor, and the metadata's strings under a key of its own.
  struct Header: Decodable {
    let entries: [String: Entry]
    let parameters: String

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      let metadata = Key(stringValue: "__metadata__")
      parameters = try container.decode([String: String].self, forKey: metadata)["case"] ?? "{}"
      entries = try container.allKeys.filter { $0.stringValue != metadata.stringValue }
        .reduce(into: [:]) { $0[$1.stringValue] = try container.decode(Entry.self, forKey: $1) }
    }
  }

  struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
