internal import GraftCore

/// What stands at one path of an HDF5 file, and where its header is.
enum HDF5Node: Sendable {
  /// A group, with its members' names sorted.
  case group([String], address: Int)
  /// A dataset.
  case dataset(Shape, address: Int)

  var address: Int {
    switch self {
    case .group(_, let address), .dataset(_, let address): address
    }
  }
}
