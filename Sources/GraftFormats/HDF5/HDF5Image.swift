internal import CHDF5
internal import GraftCore

/// An HDF5 file that is made in memory: groups, tensors, text attributes. Equal calls give equal bytes.
///
/// Paths have no leading slash; the root is `""`.
final class HDF5Image {
  private let file: HDF5Handle

  /// Makes an empty file.
  init() throws {
    // HDF5 knows files in memory by their names, and refuses to make one that is open. The file itself does not hold it.
    let name = "graft-\(UInt64.random(in: .min ... .max))"
    file = try HDF5Library.locked {
      try HDF5Handle(graft_h5_create_in_memory(name), .file, "make a file in memory")
    }
  }

  /// Adds a group, whose parent must be there.
  func addGroup(_ path: String) throws {
    try HDF5Library.locked {
      _ = try HDF5Handle(
        H5Gcreate2(file.id, path, graft_h5_default(), graft_h5_default(), graft_h5_default()), .object,
        "make the group '\(path)'")
    }
  }

  /// Adds a dataset of 32-bit floats, whose group must be there.
  func add(_ tensor: Tensor, at path: String) throws {
    try HDF5Library.locked {
      let lengths = tensor.shape.dimensions.map { hsize_t($0) }
      let space = try HDF5Handle(
        lengths.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(CInt(lengths.count), lengths, nil), .dataspace,
        "describe a shape of \(tensor.shape)")
      let dataset = try HDF5Handle(
        graft_h5_create_floats(file.id, path, space.id), .dataset, "make the dataset '\(path)'")
      _ = try tensor.withUnsafeBufferPointer { elements in
        try HDF5Library.check(
          H5Dwrite(
            dataset.id, graft_h5_native_float(), graft_h5_all(), graft_h5_all(), graft_h5_default(),
            elements.baseAddress), "write '\(path)'")
      }
    }
  }

  /// Adds a text attribute to a group or dataset.
  func set(attribute: String, of path: String, to text: String) throws {
    try HDF5Library.locked {
      let object = try HDF5Handle(
        H5Oopen(file.id, path.isEmpty ? "/" : path, graft_h5_default()), .object, "open '/\(path)'")
      try HDF5Library.check(
        graft_h5_set_text(object.id, attribute, text), "write the attribute '\(attribute)' of '/\(path)'")
    }
  }

  /// The bytes of the whole file.
  func bytes() throws -> [UInt8] {
    try HDF5Library.locked {
      try HDF5Library.check(H5Fflush(file.id, H5F_SCOPE_GLOBAL), "finish a file in memory")
      let count = Int(
        try HDF5Library.check(H5Fget_file_image(file.id, nil, 0), "measure a file in memory"))
      return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        try HDF5Library.check(
          H5Fget_file_image(file.id, buffer.baseAddress, count), "copy a file in memory")
        initialized = count
      }
    }
  }
}
