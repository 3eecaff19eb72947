internal import Foundation
internal import GRDB
internal import GraftCore

extension FeatureStore {
  /// A row of features on its way to the disk.
  struct Pending {
    let key: FeatureKey
    let elements: Data
  }

  /// Writes rows in one transaction, and makes room if there are too many now.
  func write(_ rows: [Pending], of region: FeatureRegion) {
    guard !rows.isEmpty else { return }
    _ = tryAccess { db in
      try db.inTransaction(.immediate) {
        let present = now()
        try db.execute(
          sql: """
            INSERT INTO region (fingerprint, name, length, used) VALUES (?, ?, ?, ?)
            ON CONFLICT (fingerprint) DO UPDATE SET used = excluded.used
            """,
          arguments: [Data(region.fingerprint.bytes), region.name, region.length, present])
        let found = try Row.fetchOne(
          db, sql: "SELECT id FROM region WHERE fingerprint = ?", arguments: [Data(region.fingerprint.bytes)])
        guard let id = found?.integer(0) else { return .rollback }
        let feature = try db.cachedStatement(
          sql: """
            INSERT OR IGNORE INTO feature (region, picture, view, variant, used) VALUES (?, ?, ?, ?, ?)
            """)
        let content = try db.cachedStatement(sql: "INSERT INTO content (id, checksum, elements) VALUES (?, ?, ?)")
        for row in rows {
          var arguments = row.key.arguments(id)
          arguments += [present]
          try feature.execute(arguments: arguments)
          // Another process, or an equal picture, may have been quicker.
          guard db.changesCount == 1 else { continue }
          let checksum = row.elements.withUnsafeBytes { StoredRow.checksum(region, row.key, $0) }
          try content.execute(arguments: [db.lastInsertedRowID, checksum, row.elements])
        }
        return .commit
      }
      try makeRoom(db)
    }
  }

  /// Removes what was not used for the longest time, so far that a tenth is free.
  func makeRoom(_ db: Database) throws {
    func number(_ pragma: String) throws -> Int { try Int.fetchOne(db, sql: "PRAGMA \(pragma)") ?? 0 }
    let pageSize = try number("page_size")
    let used = try (number("page_count") - number("freelist_count")) * pageSize
    guard used > maximumBytes else { return }
    var excess = used - maximumBytes / 10 * 9
    var oldest: [Int64] = []
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT feature.id, region.length FROM feature JOIN region ON region.id = feature.region
        ORDER BY feature.used, feature.id
        """)
    while excess > 0, let row = try rows.next() {
      oldest.append(row.integer(0) ?? 0)
      excess -= Int(row.integer(1) ?? 0) * MemoryLayout<Float>.stride + Self.rowOverhead
    }
    try remove(oldest, db)
    try db.execute(sql: "DELETE FROM region WHERE id NOT IN (SELECT region FROM feature)")
    // Rows to come take the free pages, unless the limit has become much smaller.
    if try number("freelist_count") * pageSize > maximumBytes / 2 { try db.execute(sql: "PRAGMA incremental_vacuum") }
  }

  /// About what a row takes beside its features: keys, their index, the checksum.
  private static let rowOverhead = 256
}
