public import GraftCore

extension HDF5File {
  /// A dataset's elements as 32-bit floats.
  ///
  /// Floats of 2, 4 and 8 bytes, bfloat16 and integers of 1 to 8 bytes in either byte order, in one piece or in chunks, which may
  /// be compressed by gzip, shuffled and have checksums.
  ///
  /// Throws `.unreadable` if there is no such dataset, `.unsupported` for other types and layouts, `.corrupt` if it claims more
  /// data than the file can hold or its bytes cannot be read.
  public func tensor(at dataset: String) throws -> Tensor {
    do {
      let found = try self.dataset(at: dataset)
      let (type, isBigEndian) = try numbers(of: found, dataset)
      if type == .float32, !isBigEndian, let offset = try found.offset() {
        // As they lie, with no copy besides: networks are large.
        return try Tensor(shape: found.shape) {
          try input.source.read(into: UnsafeMutableRawBufferPointer($0), at: offset)
        }
      }
      let bytes = try found.bytes()
      return bytes.withUnsafeBytes { bytes in
        Tensor(shape: found.shape) { type.convert(bytes, bigEndian: isBigEndian, to: $0) }
      }
    } catch let error as GraftError {
      throw GraftError(error.code, "The dataset '\(dataset)' in '\(path)' cannot be read. \(error.message)")
    }
  }

  /// Throws `.corrupt` unless the file can hold the elements of all of some datasets at once: they may lie in one another.
  func checkRoom(for datasets: [String]) throws {
    var least = 0
    for path in datasets {
      let sum = least.addingReportingOverflow(try dataset(at: path).leastStored)
      guard !sum.overflow, sum.partialValue <= byteCount else {
        throw GraftError(.corrupt, "The datasets of '\(self.path)' claim more data than the file holds; it is damaged.")
      }
      least = sum.partialValue
    }
  }

  private func dataset(at path: String) throws -> HDF5Dataset {
    guard shape(of: path) != nil, let address = address(of: path) else {
      throw GraftError(.unreadable, "There is no dataset '\(path)'.")
    }
    return try HDF5Dataset(input, at: address)
  }

  private func numbers(of found: HDF5Dataset, _ dataset: String) throws -> (type: NumberType, isBigEndian: Bool) {
    switch found.type {
    case .number(let type, let isBigEndian): return (type, isBigEndian)
    // Keras stores bfloat16 as two opaque bytes and says so in an attribute.
    case .opaque(2) where try string(attribute: "dtype", of: dataset) == "bfloat16": return (.bfloat16, false)
    default:
      throw GraftError(.unsupported, "It holds neither floats nor integers that are known; it cannot be a weight.")
    }
  }
}
