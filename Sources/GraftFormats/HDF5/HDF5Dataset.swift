internal import GraftCore

/// Reads a dataset's bytes, whatever their layout.
struct HDF5Dataset {
  let shape: Shape
  let type: HDF5Datatype
  private let layout: HDF5Layout
  private let filters: [HDF5Filter]
  private let input: HDF5Input

  /// Reads the description, not the bytes.
  init(_ input: HDF5Input, at address: Int) throws {
    let header = try HDF5ObjectHeader(HDF5Bytes(input), at: address)
    guard !header.has(.externalFiles) else {
      throw GraftError(.unsupported, "It keeps its data in other files; expected them inside.")
    }
    shape = try HDF5Dataspace.shape(header.one(.dataspace))
    type = try HDF5Datatype(header.one(.datatype))
    layout = try HDF5Layout(header.one(.layout))
    filters = try header.all(.filters).first.map(HDF5Filter.pipeline) ?? []
    self.input = input
  }

  /// How many bytes the elements have.
  var byteCount: Int {
    get throws {
      let count = shape.count.multipliedReportingOverflow(by: type.byteCount)
      guard !count.overflow else { throw damaged("more than can be") }
      return count.partialValue
    }
  }

  /// The least that the file must hold for these elements.
  var leastStored: Int {
    get throws { try byteCount / density }
  }

  /// How many bytes one byte in the file may stand for.
  private var density: Int { filters.contains(.deflate) ? input.density : 1 }

  private func damaged(_ stored: String) -> GraftError {
    GraftError(.corrupt, "It claims shape \(shape) but stores \(stored); the file is damaged.")
  }

  /// Where the elements lie in the file, if they do so in one piece.
  func offset() throws -> Int? {
    let needed = try byteCount
    guard needed > 0, case .contiguous(let address, let count) = layout else { return nil }
    guard needed <= count, needed <= input.byteCount else { throw damaged("\(count) bytes") }
    return try input.offset(of: address, count: needed)
  }

  /// The elements as they are stored, in row-major order.
  func bytes() throws -> [UInt8] {
    let needed = try byteCount
    guard needed > 0 else { return [] }
    switch layout {
    case .compact(let bytes):
      guard bytes.count == needed else { throw damaged("\(bytes.count) bytes") }
      return Array(bytes)
    case .contiguous: return try offset().map { try input.source.bytes(at: $0, count: needed) } ?? []
    case .chunked(let index, let chunk, let elementSize):
      guard chunk.count == shape.rank, elementSize == type.byteCount,
        let chunkCount = Shape(chunk).byteCount(elementSize: elementSize)
      else { throw damaged("chunks of another rank") }
      return try bytes(
        of: HDF5ChunkIndex(HDF5Bytes(input), at: index, rank: shape.rank).chunks, chunk, chunkCount, needed)
    }
  }

  private func bytes(
    of chunks: [HDF5ChunkIndex.Chunk], _ chunk: [Int], _ chunkCount: Int, _ needed: Int
  ) throws -> [UInt8] {
    // Every chunk once, and no memory before their bytes can be so many.
    let wanted = zip(shape.dimensions, chunk).reduce(1) { $0 * (($1.0 - 1) / $1.1 + 1) }
    let isRegular = chunks.allSatisfy { one in
      zip(one.place, zip(shape.dimensions, chunk)).allSatisfy { $0 >= 0 && $0 < $1.0 && $0 % $1.1 == 0 }
    }
    var stored = 0
    for one in chunks { stored += one.byteCount }
    guard chunks.count == wanted, Set(chunks.map(\.place)).count == wanted, isRegular, stored <= input.byteCount,
      needed / density <= stored, chunkCount / density <= stored
    else { throw damaged("\(stored) bytes in \(chunks.count) chunks") }
    var result = [UInt8](repeating: 0, count: needed)
    for one in chunks {
      let content = try content(of: one, count: chunkCount)
      copy(content, of: chunk, at: one.place, into: &result)
    }
    return result
  }

  private func content(of chunk: HDF5ChunkIndex.Chunk, count: Int) throws -> [UInt8] {
    var bytes = try input.source.bytes(
      at: input.offset(of: chunk.address, count: chunk.byteCount), count: chunk.byteCount)
    let used = filters.enumerated().filter { chunk.mask >> $0.offset & 1 == 0 }.map(\.element)
    for (index, filter) in used.enumerated().reversed() {
      guard let undone = filter.undone(bytes, count: count, elementSize: type.byteCount, behind: used[..<index]) else {
        throw GraftError(.corrupt, "A chunk at \(chunk.place) does not agree with its checksum, or is damaged.")
      }
      bytes = undone
    }
    guard bytes.count == count else {
      throw GraftError(.corrupt, "A chunk at \(chunk.place) has \(bytes.count) bytes; expected \(count).")
    }
    return bytes
  }

  /// Copies the part of a chunk that lies inside the shape, row by row.
  private func copy(_ content: [UInt8], of chunk: [Int], at place: [Int], into result: inout [UInt8]) {
    let size = type.byteCount
    guard let last = chunk.last else { return result.replaceSubrange(0..<size, with: content[..<size]) }
    let lengths = zip(place, zip(chunk, shape.dimensions)).map { min($1.0, $1.1 - $0) }
    let run = lengths[chunk.count - 1] * size
    let rows = lengths.dropLast().reduce(1, *)
    for row in 0..<rows {
      var (rest, source, target) = (row, 0, place[chunk.count - 1])
      var (sourceStride, targetStride) = (last, shape[-1])
      for axis in (0..<(chunk.count - 1)).reversed() {
        let position = rest % lengths[axis]
        rest /= lengths[axis]
        source += position * sourceStride
        target += (place[axis] + position) * targetStride
        sourceStride *= chunk[axis]
        targetStride *= shape[axis]
      }
      result.replaceSubrange(
        (target * size)..<(target * size + run), with: content[(source * size)..<(source * size + run)])
    }
  }
}
