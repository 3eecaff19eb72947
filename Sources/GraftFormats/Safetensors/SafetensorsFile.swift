public import GraftCore

/// A safetensors file, read once and held in memory.
///
/// The file must obey the specification to the letter: bounds, no overlap, no gap, no duplicate keys, sizes that fit
/// shapes. Definition: https://github.com/huggingface/safetensors.
///
/// ```swift
/// let file = try SafetensorsFile(contentsOf: "flowers.graft", verify: true)
/// let kernel = try file.tensor(named: "dense/kernel")
/// ```
public struct SafetensorsFile: Sendable {
  /// The path that the file was read from.
  public let path: String
  /// The strings that came with the tensors.
  public let metadata: [String: String]
  /// The tensors' names in the order of their data.
  public let names: [String]
  private let tensors: [String: SafetensorsHeader.Entry]
  private let bytes: [UInt8]

  /// Reads a file.
  ///
  /// With `verify` it must also carry the checksums that ``SafetensorsWriter`` writes, and every byte must agree with
  /// them. Throws `.fileNotFound`, `.unreadable`, `.corrupt`, or `.unsupported` for element types that are unknown.
  public init(contentsOf path: String, verify: Bool = false) throws {
    let input = try InputFile(path)
    try self.init(bytes: input.bytes(at: 0, count: input.byteCount), path: path, verify: verify)
  }

  /// Reads a file that is in memory already; `path` is for messages only.
  public init(bytes: [UInt8], path: String, verify: Bool = false) throws {
    do {
      let length = try SafetensorsHeader.length(in: bytes)
      if verify { try SafetensorsChecksums.verify(header: bytes[..<(8 + length)]) }
      let header = try SafetensorsHeader(
        json: bytes[8..<(8 + length)], dataOffset: 8 + length, dataCount: bytes.count - 8 - length)
      if verify { try SafetensorsChecksums.verify(header, in: bytes) }
      self.path = path
      metadata = header.metadata
      names = header.entries.map(\.name)
      tensors = Dictionary(header.entries.map { ($0.name, $0) }) { first, _ in first }
      self.bytes = bytes
    } catch let error as GraftError {
      throw GraftError(error.code, "'\(path)' cannot be read as safetensors. \(error.message)")
    }
  }

  /// The shape of a tensor; nil if there is none of that name.
  public func shape(of name: String) -> Shape? { tensors[name]?.shape }

  /// The element type of a tensor as the file writes it, such as `F32`; nil if there is none of that name.
  public func elementType(of name: String) -> String? { tensors[name]?.typeName }

  /// A tensor, its elements as 32-bit floats. Throws `.weightMismatch` if there is none of that name.
  public func tensor(named name: String) throws -> Tensor {
    guard let entry = tensors[name] else {
      throw GraftError(.weightMismatch, "There is no tensor '\(name)' in '\(path)', only \(listed(names)).")
    }
    return bytes.withUnsafeBytes { bytes in
      Tensor(shape: entry.shape) { buffer in
        entry.type.convert(UnsafeRawBufferPointer(rebasing: bytes[entry.range]), bigEndian: false, to: buffer)
      }
    }
  }

  private func listed(_ names: [String]) -> String {
    let shown = names.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
    return names.isEmpty ? "nothing" : shown + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }
}
