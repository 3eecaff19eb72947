internal import Foundation

/// Keeps a folder for one run. The system lets it go when the process ends, however that happens.
final class FolderLock: Sendable {
  private let descriptor: CInt

  private init(_ descriptor: CInt) { self.descriptor = descriptor }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Locks a folder; nil if another run has it.
  static func take(_ folder: String) -> FolderLock? {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    // Some network file systems have no locks: there, nobody is kept out.
    if descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(descriptor)
      return nil
    }
    return FolderLock(descriptor)
  }
}
