internal import GraftCore

extension HDF5File {
  /// A text attribute of a group or dataset; nil if it has none of that name.
  ///
  /// Strings of fixed and of variable length are read. Throws `.unsupported` if the attribute is not text.
  public func string(attribute: String, of object: String) throws -> String? {
    try strings(attribute: attribute, of: object, isSplit: false)?.first
  }

  /// A list of strings; nil if there is no such attribute.
  ///
  /// A list that is too long for one attribute is split into `name0`, `name1`, …, as Keras does; the parts are joined.
  public func strings(attribute: String, of object: String) throws -> [String]? {
    try strings(attribute: attribute, of: object, isSplit: true)
  }

  private func strings(attribute: String, of object: String, isSplit: Bool) throws -> [String]? {
    guard let address = address(of: object) else { return nil }
    let bytes = HDF5Bytes(input)
    do {
      let attributes = try HDF5Attribute.all(in: HDF5ObjectHeader(bytes, at: address), bytes)
      if let whole = attributes[attribute] { return try Self.strings(whole, bytes) }
      var parts: [String]?
      var index = 0
      while isSplit, let part = attributes["\(attribute)\(index)"] {
        parts = try (parts ?? []) + Self.strings(part, bytes)
        index += 1
      }
      return parts
    } catch let error as GraftError {
      throw GraftError(
        error.code, "The attribute '\(attribute)' of '/\(object)' in '\(path)' cannot be read. \(error.message)")
    }
  }

  private static func strings(_ attribute: HDF5Attribute, _ file: HDF5Bytes) throws -> [String] {
    let (count, type) = try attribute.description()
    // An empty list has no type: h5py writes it as floats.
    guard count > 0 else { return [] }
    let needed = count.multipliedReportingOverflow(by: type.byteCount)
    guard !needed.overflow, needed.partialValue <= attribute.data.count else {
      throw GraftError(.corrupt, "It claims more data than the file holds; the file is damaged.")
    }
    switch type {
    case .text(let length, let isSpacePadded) where length > 0:
      return texts(attribute.data, count, length, isSpacePadded)
    case .references: return try HDF5GlobalHeap.strings(in: file, references: attribute.data, count: count)
    default: throw GraftError(.unsupported, "Expected text, received another type.")
    }
  }

  private static func texts(_ data: ArraySlice<UInt8>, _ count: Int, _ length: Int, _ isSpacePadded: Bool) -> [String] {
    (0..<count).map { index in
      var text = data.dropFirst(index * length).prefix(length).prefix { $0 != 0 }
      if isSpacePadded { while text.last == UInt8(ascii: " ") { text.removeLast() } }
      return String(decoding: text, as: UTF8.self)
    }
  }
}
