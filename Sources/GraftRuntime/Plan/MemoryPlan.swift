/// Offsets of all intermediate results in one arena: what is never alive at the same time shares memory.
struct MemoryPlan: Sendable {
  /// The arena's size in bytes.
  private(set) var byteCount = 0
  /// The offset of each storage in bytes; only storages in the arena have one.
  private(set) var offsets: [StorageID: Int] = [:]

  /// Places storages, the largest first, each at the lowest offset where it disturbs nothing that lives beside it.
  ///
  /// - Parameter lifetimes: For each storage in the arena, the first and the last step that touch it.
  init(storages: [Storage], lifetimes: [StorageID: ClosedRange<Int>]) {
    let order = lifetimes.keys.sorted {
      let (a, b) = (storages[$0.index].byteCount, storages[$1.index].byteCount)
      return a != b ? a > b : $0.index < $1.index
    }
    var placed: [(id: StorageID, range: Range<Int>)] = []
    for id in order {
      guard let lifetime = lifetimes[id] else { continue }
      let size = (storages[id.index].byteCount + 63) / 64 * 64
      var offset = 0
      for other in placed.sorted(by: { $0.range.lowerBound < $1.range.lowerBound })
      where lifetimes[other.id]?.overlaps(lifetime) == true {
        if offset + size <= other.range.lowerBound { break }
        offset = max(offset, other.range.upperBound)
      }
      placed.append((id, offset..<(offset + size)))
      offsets[id] = offset
      byteCount = max(byteCount, offset + size)
    }
  }
}
