internal import CHDF5
internal import Foundation
internal import GraftCore

/// What all calls of HDF5's library share, which writes files: the lock that serialises every call, and the error stack.
enum HDF5Library {
  // Not every build of the library is thread-safe. Recursive, for handles close wherever their owner's scope ends.
  private static let lock = NSRecursiveLock()

  /// Runs `body` while no other thread is inside HDF5.
  static func locked<Result: ~Copyable>(_ body: () throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    // Errors are thrown; HDF5 must not print them as well. A thread-safe build keeps this setting per thread, hence here.
    // If it fails, all that happens is the printing.
    _ = graft_h5_silence()
    return try body()
  }

  /// HDF5's own reason for its last failure, as the end of a sentence.
  private static var reason: String { text { graft_h5_reason($0, $1) } }

  /// A reason that a call into C writes into a buffer.
  private static func text(_ fill: (UnsafeMutablePointer<CChar>, Int) -> Void) -> String {
    let bytes = [CChar](unsafeUninitializedCapacity: 512) { buffer, count in
      buffer.initialize(repeating: 0)
      if let base = buffer.baseAddress { fill(base, buffer.count) }
      count = buffer.firstIndex(of: 0) ?? buffer.count
    }
    return bytes.isEmpty ? "HDF5 gives no reason" : String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Passes a status or count on unless it is negative.
  @discardableResult
  static func check<Status: SignedInteger>(
    _ status: Status, _ action: @autoclosure () -> String
  ) throws -> Status {
    guard status >= 0 else { throw GraftError(.writeFailed, "HDF5 could not \(action()): \(reason).") }
    return status
  }
}
