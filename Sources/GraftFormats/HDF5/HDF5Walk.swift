internal import GraftCore

/// Lists the groups and datasets of a file.
struct HDF5Walk {
  private let file: HDF5Bytes
  /// More objects than this cannot fit into the file: its links run in a circle.
  private let objectLimit: Int
  /// How much longer all paths together may be, for links may give one object many of them.
  private var pathBytes: Int
  private var known: [Int: HDF5ObjectHeader] = [:]
  private(set) var nodes: [String: HDF5Node] = [:]
  private(set) var datasetPaths: [String] = []

  init(_ input: HDF5Input) {
    file = HDF5Bytes(input)
    objectLimit = input.byteCount / 40 + 16
    pathBytes = 8 * input.byteCount + 1 << 16
  }

  mutating func visit(group path: String, at address: Int, depth: Int) throws {
    try visit(group: path, at: address, try header(at: address), depth: depth)
  }

  private mutating func visit(group path: String, at address: Int, _ header: HDF5ObjectHeader, depth: Int) throws {
    guard depth < 64 else { throw GraftError(.corrupt, "Its groups nest without end: '\(path)'.") }
    let links = try HDF5Group(file, header).links.sorted {
      $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
    try add(path, .group(links.map(\.name), address: address))
    for (name, target) in links {
      let child = path.isEmpty ? name : path + "/" + name
      let header = try self.header(at: target)
      if HDF5Group.describes(header) {
        try visit(group: child, at: target, header, depth: depth + 1)
      } else if header.has(.dataspace), header.has(.layout) {
        do {
          try add(child, .dataset(try HDF5Dataspace.shape(header.one(.dataspace)), address: target))
        } catch let error as GraftError { throw GraftError(error.code, "'\(child)': \(error.message)") }
        datasetPaths.append(child)
      }
      // What remains is a named datatype: no data.
    }
  }

  private mutating func add(_ path: String, _ node: HDF5Node) throws {
    pathBytes -= path.utf8.count + 32
    guard nodes.count < objectLimit, pathBytes >= 0, nodes.updateValue(node, forKey: path) == nil else {
      throw GraftError(
        .corrupt, "It lists more objects than its size can hold, or one of them twice: '\(path.prefix(64))'.")
    }
  }

  private mutating func header(at address: Int) throws -> HDF5ObjectHeader {
    if let header = known[address] { return header }
    let header = try HDF5ObjectHeader(file, at: address)
    known[address] = header
    return header
  }
}
