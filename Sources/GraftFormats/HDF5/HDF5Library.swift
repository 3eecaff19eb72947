internal import CHDF5
internal import Foundation
internal import GraftCore

/// HDF5's one global state: the lock that serialises every call, and its error stack.
enum HDF5Library {
  // Distributions build the library without thread safety, and its error stack is global then. Recursive, for handles
  // close wherever their owner's scope ends.
  private static let lock: NSRecursiveLock = {
    let lock = NSRecursiveLock()
    // Errors are thrown; HDF5 must not print them as well. A failure here would only leave the printing on.
    _ = graft_h5_silence()
    return lock
  }()

  /// Runs `body` while no other thread is inside HDF5.
  static func locked<Result: ~Copyable>(_ body: () throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body()
  }

  /// HDF5's own reason for its last failure, as the end of a sentence.
  static var reason: String {
    var text = [CChar](repeating: 0, count: 512)
    graft_h5_reason(&text, text.count)
    let reason = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return reason.isEmpty ? "HDF5 gives no reason" : reason
  }

  /// Passes a status or count on unless it is negative.
  @discardableResult
  static func check<Status: SignedInteger>(_ status: Status, _ action: @autoclosure () -> String) throws -> Status {
    guard status >= 0 else { throw GraftError(.corrupt, "HDF5 could not \(action()): \(reason).") }
    return status
  }
}
