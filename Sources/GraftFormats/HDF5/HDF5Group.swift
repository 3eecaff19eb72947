internal import GraftCore

/// Lists what a group links to: names and addresses of objects' headers. Soft and external links are passed over.
///
/// Definition: "HDF5 File Format Specification", version 3.0, III.A to III.D (symbol tables) and IV.A.2.g (link messages).
struct HDF5Group {
  private(set) var links: [(name: String, address: Int)] = []
  private let file: HDF5Bytes

  /// Whether a header is that of a group.
  static func describes(_ header: HDF5ObjectHeader) -> Bool {
    header.has(.symbolTable) || header.has(.linkInfo) || header.has(.link)
  }

  init(_ file: HDF5Bytes, _ header: HDF5ObjectHeader) throws {
    self.file = file
    if var table = try header.all(.symbolTable).first {
      let tree = try table.number(8)
      let heap = try names(at: try table.number(8))
      try visit(tree: tree, level: nil, heap: heap)
    }
    for message in try header.all(.link) { try add(link: message) }
    if var info = try header.all(.linkInfo).first {
      _ = try info.take(1)
      if try info.number(1) & 1 != 0 { _ = try info.take(8) }
      let heap = try info.number(8)
      guard heap != Int.max else { return }
      for message in try HDF5Heap.objects(file, heap: heap, tree: info.number(8)) { try add(link: message) }
    }
  }

  private func names(at address: Int) throws -> ArraySlice<UInt8> {
    var head = try file.read(at: address, count: 32)
    guard try head.take(4).elementsEqual("HEAP".utf8) else {
      throw GraftError(.corrupt, "A group's names are missing.")
    }
    _ = try head.take(4)
    let size = try head.number(8)
    _ = try head.take(8)
    return try file.read(at: try head.number(8), count: size).bytes
  }

  private mutating func visit(tree address: Int, level expected: Int?, heap: ArraySlice<UInt8>) throws {
    var head = try file.read(at: address, count: 24)
    let isTree = try head.take(4).elementsEqual("TREE".utf8)
    let kind = try head.number(1)
    let level = try head.number(1)
    guard isTree, kind == 0, level < 16, expected == nil || level == expected else {
      throw GraftError(.corrupt, "A group's list is damaged.")
    }
    let count = try head.number(2)
    var entries = try file.read(at: address + 24, count: count * 16)
    for _ in 0..<count {
      _ = try entries.take(8)
      let child = try entries.number(8)
      if level > 0 {
        try visit(tree: child, level: level - 1, heap: heap)
      } else {
        try read(symbols: child, heap: heap)
      }
    }
  }

  private mutating func read(symbols address: Int, heap: ArraySlice<UInt8>) throws {
    var head = try file.read(at: address, count: 8)
    guard try head.take(4).elementsEqual("SNOD".utf8) else { throw GraftError(.corrupt, "A group's list is damaged.") }
    _ = try head.take(2)
    let count = try head.number(2)
    var entries = try file.read(at: address + 8, count: count * 40)
    for _ in 0..<count {
      let offset = try entries.number(8)
      let target = try entries.number(8)
      let kind = try entries.number(4)
      _ = try entries.take(20)
      // 2 is a soft link.
      guard kind != 2 else { continue }
      guard offset < heap.count else { throw GraftError(.corrupt, "A member's name lies outside the group's names.") }
      let name = heap.dropFirst(offset).prefix { $0 != 0 }
      links.append((String(decoding: name, as: UTF8.self), target))
    }
  }

  private mutating func add(link message: HDF5Slice) throws {
    var message = message
    guard try message.number(1) == 1 else { throw GraftError(.corrupt, "A link has no known version.") }
    let flags = try message.number(1)
    let kind = flags & 8 != 0 ? try message.number(1) : 0
    if flags & 4 != 0 { _ = try message.take(8) }
    if flags & 16 != 0 { _ = try message.take(1) }
    let name = try message.take(message.number(1 << (flags & 3)))
    guard kind == 0 else { return }
    links.append((String(decoding: name, as: UTF8.self), try message.number(8)))
  }
}
