internal import GraftCore

/// An open HDF5 file and where its address 0 is.
final class HDF5Input: Sendable {
  let source: ByteSource
  /// The length of the user block before address 0.
  private let start: Int

  /// How many bytes one byte of a compressed chunk may stand for.
  let density: Int

  init(_ source: consuming ByteSource, start: Int, density: Int) {
    self.source = source
    self.density = density
    self.start = start
  }

  var byteCount: Int { source.byteCount }

  /// Where bytes at an address lie; throws `.corrupt` unless all of them are in the file.
  func offset(of address: Int, count: Int) throws -> Int {
    let offset = start.addingReportingOverflow(address)
    guard address >= 0, count >= 0, !offset.overflow, offset.partialValue <= byteCount,
      count <= byteCount - offset.partialValue
    else {
      throw GraftError(.corrupt, "\(count) bytes at \(address) lie outside the file.")
    }
    return offset.partialValue
  }
}
