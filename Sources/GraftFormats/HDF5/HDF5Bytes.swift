internal import GraftCore

/// The bytes of an HDF5 file, by the addresses that the file itself uses, for one question to it.
///
/// Structures may overlap in a damaged file, and lead to each other over and over: what is read for one question is limited to a
/// few times the file.
final class HDF5Bytes {
  private let input: HDF5Input
  private var remaining: Int

  init(_ input: HDF5Input) {
    self.input = input
    remaining = 4 * input.byteCount + 1 << 16
  }

  /// Bytes at an address; throws `.corrupt` unless all of them are in the file.
  func read(at address: Int, count: Int) throws -> HDF5Slice {
    let offset = try input.offset(of: address, count: count)
    try spend(count)
    return HDF5Slice(bytes: try input.source.bytes(at: offset, count: count)[...])
  }

  /// Takes what is made of bytes that were read before into account.
  func spend(_ count: Int) throws {
    guard count <= remaining else { throw GraftError(.corrupt, "Its structures lead to each other without end.") }
    remaining -= count
  }
}
