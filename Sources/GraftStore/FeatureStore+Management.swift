internal import Foundation
internal import GRDB
internal import GraftCore

extension FeatureStore {
  /// One network with its way to take pictures, and what is kept of it.
  public struct Entry: Sendable, Hashable {
    /// 64 hexadecimal digits: layers, weights, precision, size and preprocessing.
    public let fingerprint: String
    /// The network's name, its input's size, and how pictures are fitted.
    public let name: String
    /// The number of rows of features: one per picture and view.
    public let count: Int
    /// The bytes of the features.
    public let bytes: Int
    /// When it was last used, in seconds since 1970.
    public let lastUse: Int
  }

  /// What a store holds, the last used first. An absent store is empty.
  ///
  /// - Throws: `GraftError.unreadable` if the store cannot be opened.
  public func entries() throws -> [Entry] {
    try managed([]) { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT region.fingerprint, region.name, COUNT(feature.id), COUNT(feature.id) * region.length * 4, region.used
          FROM region LEFT JOIN feature ON feature.region = region.id GROUP BY region.id
          ORDER BY region.used DESC, region.id DESC
          """
      ).map { row in
        let fingerprint: DatabaseValue = row[0]
        let name: DatabaseValue = row[1]
        return Entry(
          fingerprint: (Data.fromDatabaseValue(fingerprint) ?? Data()).hexadecimal,
          name: String.fromDatabaseValue(name) ?? "", count: Int(row.integer(2) ?? 0),
          bytes: Int(row.integer(3) ?? 0), lastUse: Int(row.integer(4) ?? 0))
      }
    }
  }

  /// The bytes that the store takes on disk.
  public var byteCount: Int { file.byteCount }

  /// Removes features.
  ///
  /// - Parameter prefix: The beginning of a fingerprint; nil for everything, a damaged file that was kept included.
  /// - Returns: The number of rows that went.
  /// - Throws: `GraftError.invalidArgument` if no fingerprint, or more than one, begins so; `.unreadable` if the store cannot
  ///   be opened.
  @discardableResult
  public func clear(fingerprint prefix: String? = nil) throws -> Int {
    if prefix == nil { file.removeDamaged() }
    let all = try entries()
    let entries = all.filter { entry in prefix.map { entry.fingerprint.hasPrefix($0.lowercased()) } ?? true }
    if let prefix, entries.count != 1 || prefix.isEmpty {
      throw GraftError(
        .invalidArgument,
        """
        Expected the beginning of one fingerprint out of \(all.count). Received: '\(prefix)', with which \
        \(entries.count) begin.
        """)
    }
    return try managed(0) { db in
      try db.inTransaction(.immediate) {
        if let entry = entries.first, prefix != nil {
          try db.execute(sql: "DELETE FROM region WHERE lower(hex(fingerprint)) = ?", arguments: [entry.fingerprint])
        } else {
          try db.execute(sql: "DELETE FROM content; DELETE FROM feature; DELETE FROM region")
        }
        return .commit
      }
      try db.execute(sql: "PRAGMA incremental_vacuum")
      _ = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
      return entries.reduce(0) { $0 + $1.count }
    }
  }

  /// What a check found.
  public struct Verification: Sendable, Hashable {
    /// Rows that are whole.
    public var whole = 0
    /// Rows that were not, and are gone now: they are computed again when they are needed.
    public var damaged = 0
    /// What is wrong with the file as a whole; it was set aside, and a new one is begun. Nil if nothing is.
    public var problem: String?
  }

  /// Reads every row, and compares it with its checksum. Damaged ones are removed, and a damaged file is set aside.
  ///
  /// - Throws: `GraftError.unreadable` if the store cannot be opened.
  public func verify() throws -> Verification {
    let before = FileIdentity(file.path)
    var result = Verification()
    try managed(()) { db in
      // A file that was set aside leads here once more.
      result = Verification()
      let report = try String.fetchAll(db, sql: "PRAGMA quick_check(1)")
      guard report == ["ok"] else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: report.first ?? "no integrity check")
      }
      var damaged: [Int64] = []
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT region.fingerprint, feature.picture, feature.view, feature.variant, content.checksum, content.elements,
            feature.id, region.length
          FROM feature JOIN region ON region.id = feature.region LEFT JOIN content ON content.id = feature.id
          """)
      while let row = try rows.next() {
        let isWhole = try Self.isWhole(row)
        if isWhole { result.whole += 1 } else if let id = row.integer(6) { damaged.append(id) }
      }
      result.damaged = damaged.count
      try remove(damaged, db)
    }
    if let before, FileIdentity(file.path) != before { result.problem = "the file was no whole database" }
    return result
  }

  private static func isWhole(_ row: Row) throws -> Bool {
    func bytes(_ column: Int) -> [UInt8] {
      let value: DatabaseValue = row[column]
      return [UInt8](Data.fromDatabaseValue(value) ?? Data())
    }
    return try row.withUnsafeData(atIndex: 5) { elements in
      (elements ?? Data()).withUnsafeBytes { elements in
        let checksum = StoredRow.checksum(bytes(0), bytes(1), Int(row.integer(2) ?? -1), bytes(3), elements)
        return [UInt8](checksum) == bytes(4)
          && elements.count == Int(row.integer(7) ?? -1) * MemoryLayout<Float>.stride
      }
    }
  }

  /// Works on a store that somebody asked for: here, what is wrong is an error.
  private func managed<Result>(_ absent: Result, _ body: (Database) throws -> Result) throws -> Result {
    guard file.exists else { return absent }
    do {
      return try access(body)
    } catch {
      throw GraftError(.unreadable, "The feature store in '\(folder)' cannot be used: \(Self.reason(error)).")
    }
  }
}
