internal import CHDF5
internal import GraftCore

// HDF5 trusts a damaged file's references to variable-length strings and writes beyond its buffers (seen in 1.10), so
// these are followed here, with every bound checked. Definition: "HDF5 File Format Specification", III.E and IV.A.
extension HDF5File {
  /// An attribute's strings of variable length; only inside the HDF5 lock.
  func variableStrings(attribute: String, of object: String, _ count: Int, _ what: String) throws -> [String] {
    var userBlock: UInt64 = 0
    var offsetSize = 0
    var lengthSize = 0
    try HDF5Library.check(
      graft_h5_file_layout(handle.id, &userBlock, &offsetSize, &lengthSize), "read the layout of '\(path)'")
    guard offsetSize == 8, lengthSize == 8 else {
      throw GraftError(
        .unsupported, "Expected 8-byte offsets in the HDF5 file '\(path)', received \(offsetSize)-byte ones.")
    }
    let opened = try HDF5Handle(H5Oopen(handle.id, object, graft_h5_default()), .object, "open '\(object)'")
    var address: UInt64 = 0
    try HDF5Library.check(graft_h5_object_address(opened.id, &address), "find \(what)")
    let file = try HDF5Bytes(path: path, start: Int(clamping: userBlock))
    do {
      guard let data = try HDF5ObjectHeader(file: file, address: Int(clamping: address)).attribute(attribute) else {
        throw GraftError(.unsupported, "It is stored in a way that is not known here.")
      }
      return try HDF5GlobalHeap.strings(in: file, references: data, count: count)
    } catch let error as GraftError {
      throw GraftError(error.code, "HDF5 could not read \(what). \(error.message)")
    }
  }
}
