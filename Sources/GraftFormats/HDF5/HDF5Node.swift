internal import GraftCore

/// What stands at one path of an HDF5 file.
enum HDF5Node: Sendable {
  /// A group, with its members' names sorted.
  case group([String])
  /// A dataset.
  case dataset(Shape)
}
