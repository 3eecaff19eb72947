internal import CHDF5
internal import Foundation
public import GraftCore

/// An HDF5 file, open for reading.
///
/// Groups and datasets are found by paths without a leading slash, the root by `""`. Only what lies in the file itself
/// is seen: soft and external links are passed over, so a file cannot point its reader at other files. Safe to share
/// between threads; calls run one at a time, for the library is not thread-safe.
/// Sizes, number types and text references are checked here before HDF5 may act on them; objects' headers by HDF5 alone.
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
  let handle: HDF5Handle
  private let nodes: [String: HDF5Node]
  /// The paths of all datasets, depth first, members in the order of their names.
  public let datasetPaths: [String]

  /// Opens a file and lists what is in it.
  ///
  /// Throws `.fileNotFound`, `.unreadable` (no permission, a folder, not HDF5) or `.corrupt` (truncated, damaged).
  public init(contentsOf path: String) throws {
    self.path = path
    byteCount = try Self.checkSignature(path)
    let handle = try Self.open(path)
    do {
      var walk = HDF5Walk(file: handle.id, objectLimit: byteCount / 40 + 16)
      try HDF5Library.locked { try walk.visit(group: "", depth: 0) }
      nodes = walk.nodes
      datasetPaths = walk.datasetPaths
    } catch let error as GraftError {
      throw GraftError(error.code, "The HDF5 file '\(path)' is damaged. \(error.message)")
    }
    self.handle = handle
  }

  /// The names in a group, sorted; nil if there is no such group.
  public func members(of group: String) -> [String]? {
    if case .group(let names) = nodes[group] { names } else { nil }
  }

  /// The shape of a dataset; nil if there is no such dataset.
  public func shape(of dataset: String) -> Shape? {
    if case .dataset(let shape) = nodes[dataset] { shape } else { nil }
  }

  /// Whether a group or dataset of this path is in the file.
  public func contains(_ path: String) -> Bool { nodes[path] != nil }

  private static func open(_ path: String) throws -> HDF5Handle {
    try HDF5Library.locked {
      var id: hid_t = -1
      let reason = HDF5Library.text { id = graft_h5_open_for_reading(path, $0, $1) }
      guard id >= 0 else {
        let damage = reason.contains("truncated") ? "is cut short; fetch it again" : "is damaged"
        throw GraftError(.corrupt, "The HDF5 file '\(path)' \(damage): \(reason).")
      }
      return try HDF5Handle(id, .file, "open '\(path)'")
    }
  }

  private static func checkSignature(_ path: String) throws -> Int {
    let file = try InputFile(path)
    let head = try file.bytes(at: 0, count: min(8, file.byteCount))
    if head == [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A] { return file.byteCount }
    // A user block may precede HDF5's signature, which then stands at 512, 1024, 2048, …
    if HDF5Library.locked({ H5Fis_hdf5(path) }) > 0 { return file.byteCount }
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
    throw GraftError(.unreadable, "'\(path)' is not an HDF5 file: \(hint).")
  }
}
