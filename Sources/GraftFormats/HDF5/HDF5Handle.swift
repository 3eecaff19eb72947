internal import CHDF5
internal import GraftCore

/// The one owner of an HDF5 identifier, closed when it goes out of scope.
struct HDF5Handle: ~Copyable {
  enum Kind { case file, object, dataset, dataspace }

  let id: hid_t
  private let kind: Kind

  /// Takes ownership of what an HDF5 call returned; throws if that is a failure.
  init(_ id: hid_t, _ kind: Kind, _ action: @autoclosure () -> String) throws {
    self.id = try HDF5Library.check(id, action())
    self.kind = kind
  }

  deinit {
    // A file that is made in memory has been copied by then: a failure to close loses nothing, and there is nobody to tell.
    HDF5Library.locked {
      switch kind {
      case .file: _ = H5Fclose(id)
      case .object: _ = H5Oclose(id)
      case .dataset: _ = H5Dclose(id)
      case .dataspace: _ = H5Sclose(id)
      }
    }
  }
}
