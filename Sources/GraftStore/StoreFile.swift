internal import Foundation
internal import GRDB
internal import GraftCore

/// The database file of a store: made, opened, set aside.
struct StoreFile: Sendable {
  let folder: String

  /// Another form of the tables has another name, so that versions of Graft do not get in each other's way.
  private static let name = "features-1"

  var path: String { "\(folder)/\(Self.name).sqlite" }
  /// Where a damaged file is kept, the last one only.
  var damagedPath: String { "\(folder)/\(Self.name).damaged.sqlite" }

  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// Opens the database, made first if it is not there.
  func open() throws -> DatabaseQueue {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // Two processes that make the file at once would meet in the middle.
    return try StoreLock.holding(folder) { try openHoldingLock() }
  }

  private func openHoldingLock() throws -> DatabaseQueue {
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    do {
      try queue.writeWithoutTransaction { db in
        // Readers and one writer at a time, none of whom waits for the other.
        _ = try Row.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
        // What a power failure takes is computed again; the file stays whole.
        try db.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864")
        try Self.makeTables(db)
      }
    } catch {
      try? queue.close()
      throw error
    }
    return queue
  }

  private var configuration: Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.label = "graft.features"
    configuration.prepareDatabase { db in
      // Before the first table. Small pages: rows of any length fill them well.
      try db.execute(sql: "PRAGMA page_size = 4096; PRAGMA auto_vacuum = INCREMENTAL")
    }
    return configuration
  }

  /// What is touched at every use lies apart from the features: marking a row as used then writes a few bytes, not all of it.
  private static func makeTables(_ db: Database) throws {
    guard try Int.fetchOne(db, sql: "PRAGMA user_version") == 0 else { return }
    try db.inTransaction(.immediate) {
      try db.execute(
        sql: """
          CREATE TABLE IF NOT EXISTS region (
            id INTEGER PRIMARY KEY, fingerprint BLOB NOT NULL UNIQUE, name TEXT NOT NULL, length INTEGER NOT NULL,
            used INTEGER NOT NULL);
          CREATE TABLE IF NOT EXISTS feature (
            id INTEGER PRIMARY KEY, region INTEGER NOT NULL REFERENCES region ON DELETE CASCADE,
            picture BLOB NOT NULL, view INTEGER NOT NULL, variant BLOB NOT NULL, used INTEGER NOT NULL,
            UNIQUE (region, picture, view, variant));
          CREATE INDEX IF NOT EXISTS feature_used ON feature (used);
          CREATE TABLE IF NOT EXISTS content (
            id INTEGER PRIMARY KEY REFERENCES feature ON DELETE CASCADE, checksum BLOB NOT NULL, elements BLOB NOT NULL);
          PRAGMA user_version = 1;
          """)
      return .commit
    }
  }

  /// Takes a damaged file out of the way, so that a new one can be begun.
  ///
  /// - Parameter damaged: The file that was opened; another process may have replaced it already.
  /// - Returns: Whether there was anything to set aside.
  func setAside(_ damaged: FileIdentity?) throws -> Bool {
    try StoreLock.holding(folder) {
      guard let damaged, FileIdentity(path) == damaged else { return false }
      for suffix in ["", "-wal"] {
        try? FileManager.default.removeItem(atPath: damagedPath + suffix)
        guard FileManager.default.fileExists(atPath: path + suffix) else { continue }
        try FileManager.default.moveItem(atPath: path + suffix, toPath: damagedPath + suffix)
      }
      try? FileManager.default.removeItem(atPath: path + "-shm")
      return true
    }
  }

  /// Removes a damaged file that was kept.
  func removeDamaged() {
    for suffix in ["", "-wal"] { try? FileManager.default.removeItem(atPath: damagedPath + suffix) }
  }

  /// The bytes of the database on disk, its journal included.
  var byteCount: Int {
    ["", "-wal"].reduce(0) { sum, suffix in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
      return sum + (attributes?[.size] as? Int ?? 0)
    }
  }
}
