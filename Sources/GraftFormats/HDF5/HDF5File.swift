internal import Foundation
public import GraftCore

/// An HDF5 file, open for reading.
///
/// Groups and datasets are found by paths without a leading slash, the root by `""`. Only what lies in the file itself
/// is seen: soft and external links are passed over, so a file cannot point its reader at other files. Safe to share
/// between threads.
///
/// The reader is Graft's own, for HDF5's library crashes on damaged files. It reads what Keras and h5py write by default:
/// superblocks 0 to 3, groups by symbol tables or by links in their headers, datasets in one piece or in chunks that a version-1
/// tree lists, with gzip, shuffle and checksums. What the newest format does beyond that is an error that says so.
///
/// ```swift
/// let file = try HDF5File(contentsOf: "weights.h5")
/// let kernel = try file.tensor(at: "dense/dense/kernel:0")
/// ```
public final class HDF5File: Sendable {
  /// The path that the file was opened by.
  public let path: String
  /// The file's size in bytes.
  public let byteCount: Int
  let input: HDF5Input
  private let nodes: [String: HDF5Node]
  /// The paths of all datasets, depth first, members in the order of their names.
  public let datasetPaths: [String]

  /// Opens a file and lists what is in it.
  ///
  /// Throws `.fileNotFound`, `.unreadable` (no permission, a folder, not HDF5), `.unsupported` (a form that is not read) or
  /// `.corrupt` (truncated, damaged).
  public convenience init(contentsOf path: String) throws {
    try self.init(.file(InputFile(path)), path: path)
  }

  /// Reads a file that is in memory already; `path` is for messages only. See ``init(contentsOf:)``.
  ///
  /// - Parameter isCompressed: Whether the bytes were decompressed already: what is compressed in them once more is refused if it
  ///   came to more bytes than they are.
  convenience init(bytes: [UInt8], path: String, isCompressed: Bool) throws {
    try self.init(.memory(bytes), path: path, density: isCompressed ? 1 : Deflate.densest)
  }

  private init(_ source: consuming ByteSource, path: String, density: Int = Deflate.densest) throws {
    self.path = path
    byteCount = source.byteCount
    do {
      guard let superblock = try HDF5Superblock(source) else { throw try Self.refusal(of: source, path) }
      input = HDF5Input(source, start: superblock.start, density: density)
      var walk = HDF5Walk(input)
      try walk.visit(group: "", at: superblock.root, depth: 0)
      nodes = walk.nodes
      datasetPaths = walk.datasetPaths
    } catch let error as GraftError where error.code == .corrupt || error.code == .unsupported {
      let fault = error.code == .corrupt ? "is damaged" : "cannot be read"
      throw GraftError(error.code, "The HDF5 file '\(path)' \(fault). \(error.message)")
    }
  }

  /// The names in a group, sorted; nil if there is no such group.
  public func members(of group: String) -> [String]? {
    if case .group(let names, _) = nodes[group] { names } else { nil }
  }

  /// The shape of a dataset; nil if there is no such dataset.
  public func shape(of dataset: String) -> Shape? {
    if case .dataset(let shape, _) = nodes[dataset] { shape } else { nil }
  }

  /// Whether a group or dataset of this path is in the file.
  public func contains(_ path: String) -> Bool { nodes[path] != nil }

  /// The address of a group's or dataset's header.
  func address(of path: String) -> Int? { nodes[path]?.address }

  private static func refusal(of file: borrowing ByteSource, _ path: String) throws -> GraftError {
    let head = try file.bytes(at: 0, count: min(8, file.byteCount))
    let hint =
      if file.byteCount == 0 {
        "it is empty"
      } else if head.starts(with: [0x50, 0x4B]) {
        "it is a zip archive, such as a whole model of Keras's ('.keras'), not a file of weights"
      } else if head.starts(with: Array("version ".utf8)) {
        "it looks like a Git LFS pointer: fetch the file itself"
      } else if head.first == UInt8(ascii: "<") {
        "it looks like a web page: download the file itself"
      } else {
        "it starts with the bytes " + head.map { String(format: "%02x", $0) }.joined(separator: " ")
      }
    return GraftError(.unreadable, "'\(path)' is not an HDF5 file: \(hint).")
  }
}
