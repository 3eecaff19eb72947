internal import CHDF5
public import GraftCore

extension HDF5File {
  /// A dataset's elements as 32-bit floats, whatever float or integer type, byte order, layout or compression it has.
  ///
  /// Throws `.unreadable` if there is no such dataset, `.unsupported` for other types, `.corrupt` if it claims more data
  /// than the file can hold or its bytes cannot be read.
  public func tensor(at dataset: String) throws -> Tensor {
    guard let shape = shape(of: dataset) else {
      throw GraftError(.unreadable, "There is no dataset '\(dataset)' in '\(path)'.")
    }
    return try HDF5Library.locked {
      let opened = try HDF5Handle(
        H5Dopen2(handle.id, dataset, graft_h5_default()), .dataset, "open '\(dataset)' in '\(path)'")
      let type = try HDF5Handle(H5Dget_type(opened.id), .datatype, "read the type of '\(dataset)' in '\(path)'")
      try checkStorage(of: opened, type, shape, dataset)
      switch H5Tget_class(type.id) {
      case H5T_FLOAT, H5T_INTEGER:
        guard graft_h5_is_sound_number(type.id) != 0 else {
          throw GraftError(.unsupported, "The dataset '\(dataset)' in '\(path)' has an element type that is not known.")
        }
        return try Tensor(shape: shape) { buffer in
          // Where the file stores nothing HDF5 leaves the memory as it is.
          buffer.initialize(repeating: 0)
          try HDF5Library.check(
            H5Dread(
              opened.id, graft_h5_native_float(), graft_h5_all(), graft_h5_all(), graft_h5_default(),
              buffer.baseAddress), "read '\(dataset)' in '\(path)'")
        }
      case H5T_OPAQUE where try H5Tget_size(type.id) == 2 && string(attribute: "dtype", of: dataset) == "bfloat16":
        return try bfloat16(opened, type, shape, dataset)
      default:
        throw GraftError(
          .unsupported,
          "The dataset '\(dataset)' in '\(path)' holds neither floats nor integers; it cannot be a weight.")
      }
    }
  }

  // Keras stores bfloat16 as two opaque bytes and says so in an attribute.
  private func bfloat16(
    _ opened: borrowing HDF5Handle, _ type: borrowing HDF5Handle, _ shape: Shape, _ dataset: String
  ) throws -> Tensor {
    var words = [UInt16](repeating: 0, count: shape.count)
    try HDF5Library.check(
      H5Dread(opened.id, type.id, graft_h5_all(), graft_h5_all(), graft_h5_default(), &words),
      "read '\(dataset)' in '\(path)'")
    return Tensor(shape: shape, words.map { Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16) })
  }

  private func checkStorage(
    of opened: borrowing HDF5Handle, _ type: borrowing HDF5Handle, _ shape: Shape, _ dataset: String
  ) throws {
    var storage = graft_h5_storage()
    try HDF5Library.check(
      graft_h5_get_storage(opened.id, &storage), "read the properties of '\(dataset)' in '\(path)'")
    guard storage.external_files == 0 else {
      throw GraftError(
        .unsupported, "The dataset '\(dataset)' in '\(path)' keeps its data in other files; expected them inside.")
    }
    let stored = Int(clamping: H5Dget_storage_size(opened.id))
    let size = Int(clamping: H5Tget_size(type.id))
    // HDF5 reads whole chunks, and beyond their end if a damaged file overstates their size.
    let elements = max(shape.count, stored == 0 ? 0 : Int(clamping: storage.chunk_elements))
    let needed = elements.multipliedReportingOverflow(by: size)
    // Deflate, the densest of the usual filters, cannot shrink data by more than 1,032 times.
    let capacity = storage.filters == 0 ? stored : stored.multipliedReportingOverflow(by: 1032).partialValue
    guard stored <= byteCount, !needed.overflow, needed.partialValue <= capacity else {
      throw GraftError(
        .corrupt,
        "The dataset '\(dataset)' in '\(path)' claims shape \(shape) but stores \(stored) bytes; the file is damaged.")
    }
  }
}
