internal import Foundation

/// Memory on a 64-byte boundary, freed with its last owner.
final class AlignedMemory: @unchecked Sendable {
  // Unchecked: constants are written once, before they are shared; an arena has one user at a time.
  let address: UnsafeMutableRawPointer
  let byteCount: Int

  /// Takes zeroed memory.
  init(byteCount: Int) {
    self.byteCount = byteCount
    let isLarge = byteCount >= Self.hugePage
    address = .allocate(byteCount: max(byteCount, 64), alignment: isLarge ? Self.hugePage : 64)
    #if os(Linux)
      // Kernels walk over all of an arena in every run: with pages of 4 KiB a good part of the time goes to page tables.
      if isLarge { madvise(address, byteCount, MADV_HUGEPAGE) }
    #endif
    address.initializeMemory(as: UInt8.self, repeating: 0, count: max(byteCount, 64))
  }

  /// Takes memory with a copy of some numbers.
  convenience init<Number: BitwiseCopyable>(copying values: [Number]) {
    self.init(byteCount: values.count * MemoryLayout<Number>.stride)
    values.withUnsafeBytes { if let source = $0.baseAddress { address.copyMemory(from: source, byteCount: $0.count) } }
  }

  deinit { address.deallocate() }

  private static let hugePage = 2 << 20

  /// The memory as floats.
  var floats: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(
      start: address.assumingMemoryBound(to: Float.self), count: byteCount / MemoryLayout<Float>.stride)
  }
}
