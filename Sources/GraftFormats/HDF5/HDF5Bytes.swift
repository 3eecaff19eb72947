internal import GraftCore

/// The bytes of an HDF5 file, by the addresses that the file itself uses.
final class HDF5Bytes {
  private let input: InputFile
  /// The length of the user block before address 0.
  private let start: Int

  init(path: String, start: Int) throws {
    input = try InputFile(path)
    self.start = start
  }

  /// Bytes at an address; throws `.corrupt` unless all of them are in the file.
  func read(at address: Int, count: Int) throws -> HDF5Slice {
    let offset = start.addingReportingOverflow(address)
    guard address >= 0, count >= 0, !offset.overflow, offset.partialValue <= input.byteCount,
      count <= input.byteCount - offset.partialValue
    else {
      throw GraftError(.corrupt, "\(count) bytes at \(address) lie outside the file.")
    }
    return HDF5Slice(bytes: try input.bytes(at: offset.partialValue, count: count)[...])
  }
}
