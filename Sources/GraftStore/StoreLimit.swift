internal import Foundation
internal import GraftCore

/// Sizes as people write them.
enum StoreLimit {
  /// What `$GRAFT_CACHE_LIMIT` says, else the default.
  static var standard: Int { standard(in: ProcessInfo.processInfo.environment) }

  static func standard(in environment: [String: String]) -> Int {
    environment["GRAFT_CACHE_LIMIT"].flatMap(bytes) ?? FeatureStore.defaultMaximumBytes
  }

  /// Bytes from `1000`, `500K`, `200M`, `10G` or `1T`; a unit is 1,024 of the one before. Nil for anything else.
  static func bytes(_ text: String) -> Int? {
    let units: [Character: Int] = ["K": 10, "M": 20, "G": 30, "T": 40]
    let shift = text.last.flatMap { units[Character($0.uppercased())] }
    guard let number = Int(shift == nil ? text : String(text.dropLast())), number >= 0 else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << (shift ?? 0))
    return overflow ? nil : bytes
  }
}
