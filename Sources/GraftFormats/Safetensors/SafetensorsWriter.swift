public import GraftCore

/// Writes safetensors files.
///
/// The header is padded so that the data starts at a multiple of 64 bytes; equal input gives equal bytes.
public enum SafetensorsWriter {
  /// Writes tensors in the given order as `F32`, with strings that describe them.
  ///
  /// With `checksums` two more strings protect every byte of the file; ``SafetensorsFile`` checks them with `verify`.
  /// The file appears whole or not at all, see ``AtomicFile``. Throws `.writeFailed`, or `.invalidArgument` for names or
  /// keys that occur twice or that the format reserves.
  public static func write(
    tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:], to path: String,
    checksums: Bool = false
  ) throws {
    // Whatever is wrong with names is an error before a file is made.
    let header = try header(tensors, metadata, checksums: checksums)
    let file = try AtomicFile(replacing: path)
    try write(header, tensors, into: file)
    try file.commit()
  }

  /// Writes tensors and strings into a file that is not committed yet.
  package static func write(
    tensors: [(name: String, tensor: Tensor)], metadata: [String: String], into file: AtomicFile
  ) throws {
    try write(header(tensors, metadata, checksums: false), tensors, into: file)
  }

  private static func write(
    _ header: [UInt8], _ tensors: [(name: String, tensor: Tensor)], into file: AtomicFile
  ) throws {
    try file.write(header)
    for (_, tensor) in tensors { try withBytes(of: tensor) { try file.write($0) } }
  }

  /// The eight bytes of the length, and the header.
  private static func header(
    _ tensors: [(name: String, tensor: Tensor)], _ metadata: [String: String], checksums: Bool
  ) throws -> [UInt8] {
    var names: Set<String> = [SafetensorsHeader.metadataKey]
    for (name, _) in tensors where !names.insert(name).inserted {
      throw GraftError(.invalidArgument, "Expected a name of its own for each tensor; received '\(name)' again.")
    }
    var metadata = metadata
    if checksums {
      try SafetensorsChecksums.add(to: &metadata, names: tensors.map(\.name)) { index in
        withBytes(of: tensors[index].tensor) { SHA256Digest(of: $0) }
      }
    }
    var members: [String] = []
    if !metadata.isEmpty {
      let object = JSONValue.object(metadata.mapValues { .string($0) })
      members.append("\"\(SafetensorsHeader.metadataKey)\":\(try object.serialized())")
    }
    var offset = 0
    for (name, tensor) in tensors {
      let end = offset + tensor.count * MemoryLayout<Float>.size
      let entry: JSONValue = [
        "dtype": "F32", "shape": .array(tensor.shape.dimensions.map { .int($0) }),
        "data_offsets": [.int(offset), .int(end)],
      ]
      members.append("\(try JSONValue.string(name).serialized()):\(try entry.serialized())")
      offset = end
    }
    var json = Array("{\(members.joined(separator: ","))}".utf8)
    // Vector loads, and mapping into memory, want the data aligned; spaces may follow the header.
    json += Array(repeating: UInt8(ascii: " "), count: (64 - (8 + json.count) % 64) % 64)
    var header = (0..<8).map { UInt8(truncatingIfNeeded: json.count >> ($0 * 8)) } + json
    if checksums { try SafetensorsChecksums.seal(header: &header) }
    return header
  }

  private static func withBytes<Result>(
    of tensor: Tensor, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try tensor.withUnsafeBufferPointer { try body(UnsafeRawBufferPointer($0)) }
  }
}
