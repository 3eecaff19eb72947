internal import GraftCore

/// Where a dataset's bytes are (layout messages, IV.A.2.i).
enum HDF5Layout {
  /// In the header.
  case compact(ArraySlice<UInt8>)
  /// One after another.
  case contiguous(address: Int, byteCount: Int)
  /// In chunks of a shape, which a tree at an address lists.
  case chunked(index: Int, chunk: [Int], elementSize: Int)

  init(_ message: HDF5Slice) throws {
    var message = message
    let version = try message.number(1)
    let kind = try message.number(1)
    switch (version, kind) {
    case (3, 0), (4, 0): self = .compact(try message.take(message.number(2)))
    case (3, 1), (4, 1): self = .contiguous(address: try message.number(8), byteCount: try message.number(8))
    case (3, 2):
      let rank = try message.number(1)
      guard (1...33).contains(rank) else { throw GraftError(.corrupt, "Its chunks have an impossible rank.") }
      let index = try message.number(8)
      let lengths = try (0..<rank).map { _ in try message.number(4) }
      guard lengths.allSatisfy({ $0 > 0 }) else { throw GraftError(.corrupt, "Its chunks are empty.") }
      self = .chunked(index: index, chunk: Array(lengths.dropLast()), elementSize: lengths[rank - 1])
    default:
      throw GraftError(
        .unsupported,
        "It is laid out in a way that is not read (version \(version), class \(kind)): write it without chunks.")
    }
  }
}
