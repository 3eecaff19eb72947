internal import Foundation
internal import GRDB
internal import GraftCore
internal import Synchronization

extension FeatureStore {
  /// Whether the store takes and gives anything.
  package var isOn: Bool { maximumBytes > 0 && !state.withLock { $0.isOff } }

  /// Works on the database. A damaged file is set aside and begun anew, once.
  func access<Result>(_ body: (Database) throws -> Result) throws -> Result {
    do {
      return try queue().writeWithoutTransaction(body)
    } catch let error as DatabaseError where error.isDamage {
      try setAside(because: error)
      return try queue().writeWithoutTransaction(body)
    }
  }

  /// Works on the database if that is possible; nil, and one warning, if it is not: the store then gives up.
  func tryAccess<Result>(_ body: (Database) throws -> Result) -> Result? {
    guard isOn else { return nil }
    do {
      return try access(body)
    } catch {
      turnOff(because: error)
      return nil
    }
  }

  private func queue() throws -> DatabaseQueue {
    try state.withLock { state in
      if let queue = state.queue { return queue }
      state.identity = FileIdentity(file.path)
      let queue = try file.open()
      state.identity = FileIdentity(file.path)
      state.queue = queue
      return queue
    }
  }

  private func setAside(because error: DatabaseError) throws {
    let isSetAside = try state.withLock { state in
      try? state.queue?.close()
      state.queue = nil
      return try file.setAside(state.identity)
    }
    guard isSetAside else { return }
    tell(
      .setAside,
      """
      The features in '\(file.path)' are damaged (\(error.message ?? "\(error.resultCode)")). The file is kept as \
      '\(file.damagedPath)', and a new one begun; features are computed again.
      """)
  }

  /// Gives up, so that what is computed is not held back by what cannot be kept.
  func turnOff(because error: any Error) {
    state.withLock { $0.isOff = true }
    tell(
      .off,
      "Features are not kept from now on: '\(folder)' cannot be used (\(Self.reason(error))). The work goes on without."
    )
  }

  func tell(_ kind: Warning, _ text: String) {
    guard state.withLock({ $0.warnings.insert(kind).inserted }) else { return }
    warn(text)
  }

  static func reason(_ error: any Error) -> String {
    switch error {
    case let error as DatabaseError: error.message ?? "\(error.resultCode)"
    case let error as GraftError: error.message
    default: error.localizedDescription
    }
  }
}

extension DatabaseError {
  /// Whether the file is no whole database.
  var isDamage: Bool {
    switch extendedResultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_IOERR_SHORT_READ, .SQLITE_IOERR_CORRUPTFS: true
    default: false
    }
  }
}
