internal import CHDF5
internal import GraftCore

extension HDF5File {
  /// A text attribute of a group or dataset; nil if it has none of that name.
  ///
  /// Strings of fixed and of variable length are read. Throws `.unsupported` if the attribute is not text.
  public func string(attribute: String, of object: String) throws -> String? {
    try strings(single: attribute, of: object)?.first
  }

  /// A list of strings; nil if there is no such attribute.
  ///
  /// A list that is too long for one attribute is split into `name0`, `name1`, …, as Keras does; the parts are joined.
  public func strings(attribute: String, of object: String) throws -> [String]? {
    if let whole = try strings(single: attribute, of: object) { return whole }
    var parts: [String]?
    var index = 0
    while let part = try strings(single: "\(attribute)\(index)", of: object) {
      parts = (parts ?? []) + part
      index += 1
    }
    return parts
  }

  private func strings(single attribute: String, of object: String) throws -> [String]? {
    guard contains(object) else { return nil }
    let what = "the attribute '\(attribute)' of '/\(object)' in '\(path)'"
    return try HDF5Library.locked {
      let name = object.isEmpty ? "/" : object
      let exists = try HDF5Library.check(
        H5Aexists_by_name(handle.id, name, attribute, graft_h5_default()), "look for \(what)")
      guard exists > 0 else { return nil }
      let opened = try HDF5Handle(
        H5Aopen_by_name(handle.id, name, attribute, graft_h5_default(), graft_h5_default()), .attribute, "open \(what)")
      let space = try HDF5Handle(H5Aget_space(opened.id), .dataspace, "read the shape of \(what)")
      let count = try HDF5Dataspace.shape(of: space, what).count
      // An empty list has no type: h5py writes it as floats.
      guard count > 0 else { return [] }
      let type = try HDF5Handle(H5Aget_type(opened.id), .datatype, "read the type of \(what)")
      guard H5Tget_class(type.id) == H5T_STRING else {
        throw GraftError(.unsupported, "Expected text in \(what), received another type.")
      }
      let size = Int(clamping: H5Tget_size(type.id))
      let bytes = count.multipliedReportingOverflow(by: size)
      guard size > 0, !bytes.overflow, bytes.partialValue <= byteCount else {
        throw GraftError(.corrupt, "\(what) claims more data than the file holds; the file is damaged.")
      }
      let isVariable = try HDF5Library.check(H5Tis_variable_str(type.id), "read the type of \(what)") > 0
      return isVariable
        ? try variableStrings(attribute: attribute, of: name, count, what)
        : try fixedStrings(opened, type, count, size, what)
    }
  }

  private func fixedStrings(
    _ attribute: borrowing HDF5Handle, _ type: borrowing HDF5Handle, _ count: Int, _ size: Int, _ what: String
  ) throws -> [String] {
    var bytes = [UInt8](repeating: 0, count: count * size)
    try HDF5Library.check(H5Aread(attribute.id, type.id, &bytes), "read \(what)")
    let isSpacePadded = H5Tget_strpad(type.id) == H5T_STR_SPACEPAD
    return (0..<count).map { index in
      var text = bytes[(index * size)..<((index + 1) * size)].prefix { $0 != 0 }
      if isSpacePadded { while text.last == UInt8(ascii: " ") { text.removeLast() } }
      return String(decoding: text, as: UTF8.self)
    }
  }
}
