public import Foundation
public import GraftCore

/// One case of Keras's numbers under `Tests/Golden/data`: named float32 tensors and the case's parameters.
///
/// ```swift
/// let golden = try GoldenFile("activations/relu6")
/// let input = try golden.tensor("input")
/// let batches = try golden.parameters(HeadTraining.self).batches  // a Decodable of the test's own
/// ```
///
/// The files are safetensors; this reader shares nothing with Graft's own, which it helps to test.
public struct GoldenFile: Sendable {
  /// The folder of the golden data.
  public static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Golden/data")

  /// The tensors' names, sorted.
  public var names: [String] { entries.keys.sorted() }
  private let name: String
  private let entries: [String: Entry]
  private let metadata: Data
  private let payload: Data

  /// Reads `<name>.safetensors` below the folder of the golden data.
  ///
  /// - Throws: `GraftError` with code `unreadable` or `corrupt`, naming the file.
  public init(_ name: String) throws {
    let file = Self.folder.appending(path: name + ".safetensors")
    guard let data = try? Data(contentsOf: file) else {
      throw GraftError(.unreadable, "Golden file \(file.path()) cannot be read; Tests/Golden/generate.py makes it.")
    }
    let count = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard data.count >= 8, count <= UInt64(data.count - 8) else {
      throw GraftError(.corrupt, "Golden file \(file.path()) is shorter than its header says.")
    }
    let header = try JSONDecoder().decode(Header.self, from: data.subdata(in: 8..<8 + Int(count)))
    self.name = name
    entries = header.entries
    metadata = Data(header.parameters.utf8)
    payload = data.subdata(in: 8 + Int(count)..<data.count)
  }

  /// The names of the cases in one topic, such as `activations`: each is ready for `GoldenFile.init`.
  public static func cases(in topic: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: topic).path())
      .filter { $0.hasSuffix(".safetensors") }.map { "\(topic)/\($0.dropLast(".safetensors".count))" }.sorted()
  }

  /// A file of text or JSON beside the cases, such as `mobilenet/mobilenet_layers_0.35_96.json`.
  public static func contents(of name: String) throws -> Data {
    try Data(contentsOf: folder.appending(path: name))
  }

  /// The case's parameters, decoded from JSON whose keys are in snake case.
  public func parameters<Parameters: Decodable>(_ type: Parameters.Type) throws -> Parameters {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: metadata)
  }

  /// The tensor of that name.
  ///
  /// - Throws: `GraftError` with code `invalidArgument` if there is none, `corrupt` if it lies outside the file.
  public func tensor(_ key: String) throws -> Tensor {
    guard let entry = entries[key] else {
      throw GraftError(.invalidArgument, "Golden file \(name) has \(names), received: \(key).")
    }
    let bytes = entry.shape.count * MemoryLayout<Float>.size
    guard entry.dtype == "F32", entry.offsets.count == 2, entry.offsets[0] >= 0, entry.offsets[1] <= payload.count,
      entry.offsets[1] - entry.offsets[0] == bytes
    else { throw GraftError(.corrupt, "Golden file \(name): \(key) is not \(bytes) bytes of float32 inside the file.") }
    return payload.withUnsafeBytes { source in
      Tensor(shape: entry.shape) { destination in
        for index in destination.indices {
          let bits = source.loadUnaligned(fromByteOffset: entry.offsets[0] + 4 * index, as: UInt32.self)
          destination.initializeElement(at: index, to: Float(bitPattern: UInt32(littleEndian: bits)))
        }
      }
    }
  }
}
