internal import GraftCore

/// Checksums within a safetensors file's metadata, so that no byte can change unseen.
///
/// `graft.sha256` holds a JSON object of each tensor's SHA-256. `graft.sha256.header` holds that of the header, its length
/// included, with the 64 digits of the value itself taken as zeros. As the format allows no gap, that is every byte.
enum SafetensorsChecksums {
  private static let tensorsKey = "graft.sha256"
  private static let headerKey = "graft.sha256.header"
  private static let zeros = String(repeating: "0", count: 64)
  // Within a JSON string a quote is escaped, so these bytes occur as this member alone.
  private static let marker = Array("\"\(headerKey)\":\"".utf8)

  /// Adds both keys; the header's value is filled in by `seal`.
  static func add(
    to metadata: inout [String: String], names: [String], digest: (Int) -> SHA256Digest
  ) throws {
    for key in [tensorsKey, headerKey] where metadata[key] != nil {
      throw GraftError(.invalidArgument, "The metadata key '\(key)' is reserved for checksums.")
    }
    let digests = names.indices.map { (names[$0], JSONValue.string(digest($0).description)) }
    metadata[tensorsKey] = try JSONValue.object(Dictionary(digests) { first, _ in first }).serialized()
    metadata[headerKey] = zeros
  }

  /// Computes the header's own checksum and writes it over the zeros.
  static func seal(header: inout [UInt8]) throws {
    let range = try digits(in: header[...])
    header.replaceSubrange(range, with: SHA256Digest(of: header).description.utf8)
  }

  /// Throws unless the header is as it was written.
  static func verify(header: ArraySlice<UInt8>) throws {
    let range = try digits(in: header)
    var blank = Array(header)
    blank.replaceSubrange(range, with: zeros.utf8)
    guard header[range].elementsEqual(SHA256Digest(of: blank).description.utf8) else {
      throw GraftError(.corrupt, "The header does not agree with its checksum: the file is damaged.")
    }
  }

  /// Throws unless every tensor is as it was written.
  static func verify(_ header: SafetensorsHeader, in bytes: [UInt8]) throws {
    guard let text = header.metadata[tensorsKey], let digests = try JSONValue(parsing: text).object,
      digests.count == header.entries.count
    else {
      throw GraftError(.corrupt, "Expected a checksum for every tensor in '\(tensorsKey)'.")
    }
    try bytes.withUnsafeBytes { bytes in
      for entry in header.entries {
        let digest = SHA256Digest(of: UnsafeRawBufferPointer(rebasing: bytes[entry.range]))
        guard digests[entry.name]?.string == digest.description else {
          throw GraftError(
            .corrupt, "The tensor '\(entry.name)' does not agree with its checksum: the file is damaged.")
        }
      }
    }
  }

  private static func digits(in header: ArraySlice<UInt8>) throws -> Range<Int> {
    // The general search of collections takes longer over the header than SHA-256 over the whole file.
    let found = header.withUnsafeBufferPointer { bytes in
      bytes.indices.dropLast(marker.count - 1).first { start in
        bytes[start + 1] == marker[1] && bytes[start + 7] == marker[7]
          && bytes[start..<(start + marker.count)].elementsEqual(marker)
      }
    }
    guard let start = found.map({ header.startIndex + $0 + marker.count }), start + zeros.utf8.count <= header.endIndex
    else {
      throw GraftError(.corrupt, "Expected the header's checksum '\(headerKey)': the file is damaged or has none.")
    }
    return start..<(start + zeros.utf8.count)
  }
}
