internal import GraftCore

/// What the newer format keeps outside of headers: many links of a group, and many or large attributes. They lie in a fractal
/// heap (III.G), and a version-2 B-tree (III.A.2) lists them.
///
/// Trees of up to two levels and heaps whose blocks one table lists are read: thousands of links, half a megabyte.
struct HDF5Heap {
  private let file: HDF5Bytes
  private let idLength: Int
  private let offsetWidth: Int
  private let lengthWidth: Int
  /// Where blocks begin in the heap and in the file, and how many bytes they have.
  private var blocks: [(start: Int, address: Int, count: Int)] = []

  /// All objects of a heap that a tree lists: links or attributes, as messages in a header are.
  static func objects(_ file: HDF5Bytes, heap: Int, tree: Int) throws -> [HDF5Slice] {
    let heap = try HDF5Heap(file, at: heap)
    return try heap.records(at: tree).map(heap.object)
  }

  private init(_ file: HDF5Bytes, at address: Int) throws {
    self.file = file
    var head = try file.read(at: address, count: 146)
    guard try head.take(5).elementsEqual(Array("FRHP".utf8) + [0]) else { throw Self.damaged }
    idLength = try head.number(2)
    let filterLength = try head.number(2)
    _ = try head.take(1)
    let largest = try head.number(4)
    _ = try head.take(96)
    let width = try head.number(2)
    let first = try head.number(8)
    let largestBlock = try head.number(8)
    let bits = try head.number(2)
    _ = try head.take(2)
    let root = try head.number(8)
    let rows = try head.number(2)
    guard filterLength == 0, (1...64).contains(width), (1...1 << 30).contains(first), largestBlock <= 1 << 30,
      bits <= 64,
      rows <= 32
    else { throw Self.unknown }
    offsetWidth = (bits + 7) / 8
    // As many bytes as the longest object's length needs.
    lengthWidth = (min(largest, largestBlock).bitWidth - min(largest, largestBlock).leadingZeroBitCount + 7) / 8
    guard rows > 0 else {
      blocks = [(0, root, first)]
      return
    }
    var table = try file.read(at: root, count: 13 + offsetWidth + 8 * rows * width)
    guard try table.take(4).elementsEqual("FHIB".utf8) else { throw Self.damaged }
    _ = try table.take(9 + offsetWidth)
    var start = 0
    for row in 0..<rows {
      // The first two rows have blocks of one size, every other twice that of the row before.
      let size = row < 2 ? first : first << (row - 1)
      guard size <= largestBlock else { throw Self.unknown }
      for _ in 0..<width {
        blocks.append((start, try table.number(8), size))
        start += size
      }
    }
  }

  private static var damaged: GraftError { GraftError(.corrupt, "A list of links or attributes is damaged.") }
  private static var unknown: GraftError {
    GraftError(
      .unsupported, "An object has so many links or attributes that they are stored in a way that is not read.")
  }

  /// The identifiers that a tree lists by the objects' names.
  private func records(at address: Int) throws -> [ArraySlice<UInt8>] {
    var head = try file.read(at: address, count: 38)
    guard try head.take(5).elementsEqual(Array("BTHD".utf8) + [0]) else { throw Self.damaged }
    let kind = try head.number(1)
    let nodeSize = try head.number(4)
    let recordSize = try head.number(2)
    let depth = try head.number(2)
    _ = try head.take(2)
    let root = try head.number(8)
    let count = try head.number(2)
    // 5: links, a hash before the identifier; 8: attributes, the identifier first.
    let skipped = kind == 5 ? 4 : 0
    guard kind == 5 || kind == 8, recordSize >= skipped + idLength, depth <= 1, nodeSize > 10, recordSize > 0 else {
      throw Self.unknown
    }
    func take(_ count: Int, from node: inout HDF5Slice) throws -> [ArraySlice<UInt8>] {
      try (0..<count).map { _ in try node.take(recordSize).dropFirst(skipped).prefix(idLength) }
    }
    func leaf(_ address: Int, _ count: Int) throws -> [ArraySlice<UInt8>] {
      var node = try file.read(at: address, count: 6 + count * recordSize)
      guard try node.take(4).elementsEqual("BTLF".utf8) else { throw Self.damaged }
      _ = try node.take(2)
      return try take(count, from: &node)
    }
    guard count > 0 else { return [] }
    guard depth == 1 else { return try leaf(root, count) }
    // As many bytes as the most records of a leaf need.
    let most = (nodeSize - 10) / recordSize
    let width = (most.bitWidth - most.leadingZeroBitCount + 7) / 8
    var node = try file.read(at: root, count: 6 + count * recordSize + (count + 1) * (8 + width))
    guard try node.take(4).elementsEqual("BTIN".utf8) else { throw Self.damaged }
    _ = try node.take(2)
    var result = try take(count, from: &node)
    for _ in 0...count { result += try leaf(node.number(8), node.number(width)) }
    return result
  }

  private func object(_ id: ArraySlice<UInt8>) throws -> HDF5Slice {
    var id = HDF5Slice(bytes: id)
    // 0: an object in a block; larger ones and smaller ones are stored otherwise.
    guard try id.number(1) >> 4 & 3 == 0 else { throw Self.unknown }
    let offset = try id.number(offsetWidth)
    let length = try id.number(lengthWidth)
    guard let block = blocks.last(where: { $0.start <= offset }), offset - block.start <= block.count,
      length <= block.count - (offset - block.start)
    else { throw Self.damaged }
    let address = block.address.addingReportingOverflow(offset - block.start)
    guard !address.overflow else { throw Self.damaged }
    return try file.read(at: address.partialValue, count: length)
  }
}
