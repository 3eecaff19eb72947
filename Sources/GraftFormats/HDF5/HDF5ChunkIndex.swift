internal import GraftCore

/// Lists a dataset's chunks (a version-1 B-tree of type 1, III.A.1).
struct HDF5ChunkIndex {
  struct Chunk {
    /// The first element's place on each axis.
    let place: [Int]
    let address: Int
    let byteCount: Int
    /// A bit for each filter that was left out.
    let mask: Int
  }

  private let file: HDF5Bytes
  private let rank: Int
  private(set) var chunks: [Chunk] = []

  init(_ file: HDF5Bytes, at address: Int, rank: Int) throws {
    self.file = file
    self.rank = rank
    try visit(address, level: nil)
  }

  private mutating func visit(_ address: Int, level expected: Int?) throws {
    var head = try file.read(at: address, count: 24)
    let isTree = try head.take(4).elementsEqual("TREE".utf8)
    let kind = try head.number(1)
    let level = try head.number(1)
    guard isTree, kind == 1, level < 16, expected == nil || level == expected else {
      throw GraftError(.corrupt, "The list of its chunks is damaged.")
    }
    let count = try head.number(2)
    let keySize = 8 + 8 * (rank + 1)
    var entries = try file.read(at: address + 24, count: count * (keySize + 8))
    for _ in 0..<count {
      let size = try entries.number(4)
      let mask = try entries.number(4)
      let place = try (0..<rank).map { _ in try entries.number(8) }
      _ = try entries.take(8)
      let child = try entries.number(8)
      if level > 0 {
        try visit(child, level: level - 1)
      } else {
        chunks.append(Chunk(place: place, address: child, byteCount: size, mask: mask))
      }
    }
  }
}
