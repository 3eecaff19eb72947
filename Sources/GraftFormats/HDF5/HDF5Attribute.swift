internal import GraftCore

/// An attribute of a group or dataset (attribute messages, IV.A.2.m).
struct HDF5Attribute {
  private let type: HDF5Slice
  private let space: HDF5Slice
  private let isShared: Bool
  /// The elements; as many bytes as they need, or fewer in a damaged file.
  let data: ArraySlice<UInt8>

  /// All attributes of an object by their names.
  static func all(in header: HDF5ObjectHeader, _ file: HDF5Bytes) throws -> [String: HDF5Attribute] {
    var result: [String: HDF5Attribute] = [:]
    for var message in try header.all(.attribute) + elsewhere(header, file) {
      let version = try message.number(1)
      guard (1...3).contains(version) else { throw GraftError(.corrupt, "An attribute has no known version.") }
      let flags = try message.number(1)
      let sizes = [try message.number(2), try message.number(2), try message.number(2)]
      if version == 3 { _ = try message.take(1) }
      // Version 1 pads name, type and shape to multiples of eight.
      func padded(_ size: Int) -> Int { version == 1 ? (size + 7) & ~7 : size }
      let name = try message.take(padded(sizes[0])).prefix { $0 != 0 }
      let type = HDF5Slice(bytes: try message.take(padded(sizes[1])))
      let space = HDF5Slice(bytes: try message.take(padded(sizes[2])))
      result[String(decoding: name, as: UTF8.self)] = HDF5Attribute(
        type: type, space: space, isShared: version > 1 && flags & 3 != 0, data: message.bytes)
    }
    return result
  }

  /// The newer format keeps many attributes, and large ones, outside the header.
  private static func elsewhere(_ header: HDF5ObjectHeader, _ file: HDF5Bytes) throws -> [HDF5Slice] {
    guard var info = try header.all(.attributeInfo).first else { return [] }
    _ = try info.take(1)
    if try info.number(1) & 1 != 0 { _ = try info.take(2) }
    let heap = try info.number(8)
    return heap == Int.max ? [] : try HDF5Heap.objects(file, heap: heap, tree: info.number(8))
  }

  /// The elements' number and type.
  func description() throws -> (count: Int, type: HDF5Datatype) {
    guard !isShared else { throw GraftError(.unsupported, "Its type is shared with other objects.") }
    return (try HDF5Dataspace.shape(space).count, try HDF5Datatype(type))
  }
}
