import Foundation

/// What a worker is doing, in memory that it shares with whoever started it: still there when the worker is not.
final class SharedPage {
  /// Where each number lies.
  enum Field: Int {
    /// The number of the input that is being read, and its length.
    case index, length
    /// Inputs that were read wholly, and such that were refused.
    case accepted, refused
    /// The most memory for one input: in bytes, and beyond the target's base as thousandths of the input's size.
    case memory, ratio
    /// The longest time for one input, in microseconds of the processor.
    case time
    /// Branches that the compiler counts, such that ever ran, and inputs that were kept for them.
    case edges, knownEdges, kept
    /// How many inputs are done.
    case done
  }

  private static let numbers = 256
  private static let size = numbers + 2 * Mutator.longest
  private let base: UnsafeMutableRawPointer

  /// Opens the page in a file, which is made if it is not there.
  init?(_ path: String) {
    let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard ftruncate(descriptor, off_t(Self.size)) == 0,
      let base = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), base != MAP_FAILED
    else { return nil }
    self.base = base
  }

  deinit { munmap(base, Self.size) }

  subscript(field: Field) -> Int {
    get { base.load(fromByteOffset: 8 * field.rawValue, as: Int.self) }
    set { base.storeBytes(of: newValue, toByteOffset: 8 * field.rawValue, as: Int.self) }
  }

  /// The input that is being read.
  var input: [UInt8] {
    get {
      let count = min(max(self[.length], 0), Self.size - Self.numbers)
      return Array(UnsafeRawBufferPointer(start: base + Self.numbers, count: count))
    }
    set {
      self[.length] = newValue.count
      UnsafeMutableRawBufferPointer(start: base + Self.numbers, count: Self.size - Self.numbers).copyBytes(
        from: newValue.prefix(Self.size - Self.numbers))
    }
  }

  func clear() { memset(base, 0, Self.numbers) }
}
