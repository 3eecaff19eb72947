internal import CHDF5
internal import GraftCore

/// Lists the groups and datasets of a file; only inside the HDF5 lock.
struct HDF5Walk {
  let file: hid_t
  /// More objects than this cannot fit into the file: its links run in a circle.
  let objectLimit: Int
  private(set) var nodes: [String: HDF5Node] = [:]
  private(set) var datasetPaths: [String] = []

  init(file: hid_t, objectLimit: Int) {
    self.file = file
    self.objectLimit = objectLimit
  }

  mutating func visit(group path: String, depth: Int) throws {
    guard depth < 64, nodes.count < objectLimit else {
      throw GraftError(.corrupt, "Its groups nest without end: '\(path)'.")
    }
    let group = try HDF5Handle(
      H5Oopen(file, path.isEmpty ? "/" : path, graft_h5_default()), .object, "open the group '\(path)'")
    let names = try Self.hardLinks(of: group.id, path)
    nodes[path] = .group(names)
    for name in names {
      let child = path.isEmpty ? name : path + "/" + name
      let object = try HDF5Handle(H5Oopen(group.id, name, graft_h5_default()), .object, "open '\(child)'")
      switch H5Iget_type(object.id) {
      case H5I_GROUP:
        try visit(group: child, depth: depth + 1)
      case H5I_DATASET:
        guard nodes.count < objectLimit else {
          throw GraftError(.corrupt, "It lists more objects than its size can hold.")
        }
        nodes[child] = .dataset(try Self.shape(of: object.id, child))
        datasetPaths.append(child)
      default:
        // A named datatype: no data.
        continue
      }
    }
  }

  private final class Names {
    var names: [String] = []
  }

  private static func hardLinks(of group: hid_t, _ path: String) throws -> [String] {
    let found = Names()
    let status = withExtendedLifetime(found) {
      graft_h5_links(
        group,
        { name, isHard, context in
          guard let name, let context else { return -1 }
          if isHard != 0 {
            Unmanaged<Names>.fromOpaque(context).takeUnretainedValue().names.append(String(cString: name))
          }
          return 0
        }, Unmanaged.passUnretained(found).toOpaque())
    }
    try HDF5Library.check(status, "list the group '\(path)'")
    return found.names
  }

  private static func shape(of dataset: hid_t, _ path: String) throws -> Shape {
    let space = try HDF5Handle(H5Dget_space(dataset), .dataspace, "read the shape of '\(path)'")
    return try HDF5Dataspace.shape(of: space, "'\(path)'")
  }
}
