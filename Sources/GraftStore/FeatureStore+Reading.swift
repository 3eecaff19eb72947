internal import Foundation
internal import GRDB
internal import GraftCore
internal import Synchronization

extension FeatureStore {
  /// A mark of use is renewed after so many seconds; until then, reading writes next to nothing.
  static let useGranularity = 3600

  /// Looks for rows of features.
  ///
  /// - Parameters:
  ///   - keys: The pictures; nil for those that have no key.
  ///   - region: What would compute them.
  ///   - found: Called in the keys' order with what is there, whole and checked; the bytes are those of the floats, and valid
  ///     inside the call only. It must not use the store.
  /// - Returns: Which of them were found.
  package func read(
    _ keys: [FeatureKey?], of region: FeatureRegion, found: (_ index: Int, _ elements: UnsafeRawBufferPointer) -> Void
  ) -> [Bool] {
    var isKnown = [Bool](repeating: false, count: keys.count)
    guard isOn else { return isKnown }
    var damaged = 0
    _ = tryAccess { db in
      guard let id = try regionID(region, db) else { return }
      let statement = try db.cachedStatement(
        sql: """
          SELECT content.checksum, content.elements, feature.id, feature.used FROM feature JOIN content USING (id)
          WHERE region = ? AND picture = ? AND view = ? AND variant = ?
          """)
      let present = now()
      var (stale, broken): ([Int64], [Int64]) = ([], [])
      for (index, key) in keys.enumerated() {
        guard let key, !isKnown[index] else { continue }
        let rows = try Row.fetchCursor(statement, arguments: key.arguments(id))
        guard let row = try rows.next(), let rowID = row.integer(2) else { continue }
        let isWhole = try row.withUnsafeData(atIndex: 1) { elements in
          try (elements ?? Data()).withUnsafeBytes { elements in
            let checksum = StoredRow.checksum(region, key, elements)
            let isWhole = try row.withUnsafeData(atIndex: 0) { $0 == checksum }
            guard isWhole, elements.count == region.length * MemoryLayout<Float>.stride else { return false }
            found(index, elements)
            return true
          }
        }
        guard isWhole else {
          broken.append(rowID)
          continue
        }
        isKnown[index] = true
        if (row.integer(3) ?? 0) < Int64(present - Self.useGranularity) { stale.append(rowID) }
      }
      damaged = broken.count
      try remove(broken, db)
      // A store that can be read and not written is of use all the same; what it does not know turns it off.
      try? markUsed(stale, region: id, at: present, db)
    }
    if damaged > 0 {
      tell(.damaged, "\(damaged) rows of features in '\(file.path)' are damaged, and are computed again.")
    }
    if region.length > 0 {
      let count = isKnown.count { $0 }
      state.withLock { $0.counts.known += count }
    }
    return isKnown
  }

  private func regionID(_ region: FeatureRegion, _ db: Database) throws -> Int64? {
    try Row.fetchOne(
      db, sql: "SELECT id FROM region WHERE fingerprint = ?", arguments: [Data(region.fingerprint.bytes)])?
      .integer(0)
  }

  private func markUsed(_ rows: [Int64], region: Int64, at time: Int, _ db: Database) throws {
    try db.inTransaction(.immediate) {
      try db.execute(sql: "UPDATE region SET used = ? WHERE id = ?", arguments: [time, region])
      let statement = try db.cachedStatement(sql: "UPDATE feature SET used = ? WHERE id = ?")
      for row in rows { try statement.execute(arguments: [time, row]) }
      return .commit
    }
  }

  /// Removes rows by their numbers.
  func remove(_ rows: [Int64], _ db: Database) throws {
    guard !rows.isEmpty else { return }
    try db.inTransaction(.immediate) {
      let statement = try db.cachedStatement(sql: "DELETE FROM feature WHERE id = ?")
      for row in rows { try statement.execute(arguments: [row]) }
      return .commit
    }
  }
}

extension FeatureKey {
  /// The key as columns, behind its region.
  func arguments(_ region: Int64) -> StatementArguments {
    [region, Data(picture.bytes), view, Data(variant?.bytes ?? [])]
  }
}

extension Row {
  /// A number; nil if the column holds something else, as in a damaged file.
  func integer(_ column: Int) -> Int64? {
    let value: DatabaseValue = self[column]
    return Int64.fromDatabaseValue(value)
  }
}
