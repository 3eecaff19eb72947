internal import Foundation
internal import GRDB
internal import GraftCore
internal import Synchronization

/// What frozen networks saw in pictures, kept on disk: a picture that is known is neither decoded nor run again.
///
/// Features are found by the SHA-256 of the picture's bytes together with a fingerprint of all that turns it into features:
/// the frozen layers, their weights and their precision, the input's size and preprocessing, the version of Graft; and by the
/// number of the view, where pictures are augmented. Whatever differs in any of it is not found, so nothing in a store is
/// ever out of date. Every row has a checksum: what is damaged is computed again.
///
/// A store is a cache. Where it cannot be read or written, on a full disk for instance, work goes on without it, after one
/// warning. Any number of processes may share one. When it is full, what was not used for the longest time goes.
///
/// ```swift
/// let store = FeatureStore()
/// try await model.fit(photos, epochs: 10, store: store)   // computes
/// try await model.fit(photos, epochs: 20, store: store)   // knows
/// print(store.counts)                                      // 1,000 known, 1,000 new
/// ```
public final class FeatureStore: Sendable {
  /// The folder; it is made when it is needed.
  public let folder: String
  /// How many bytes the store may take; 0 for a store that keeps nothing and knows nothing.
  public let maximumBytes: Int
  /// What lists call the networks whose features this object keeps; nil for the models' own names.
  public let label: String?

  /// 4 GiB: about 800,000 pictures behind MobileNetV2.
  public static let defaultMaximumBytes = 4 << 30

  /// `features` in Graft's cache folder (`$GRAFT_CACHE`, else `~/.cache/graft`).
  public static var defaultFolder: String { CacheFolder.path + "/features" }

  /// Whom problems are told.
  let warn: @Sendable (String) -> Void
  /// Seconds since 1970.
  let now: @Sendable () -> Int
  let file: StoreFile
  let state = Mutex(State())

  /// What changes.
  struct State {
    var queue: DatabaseQueue?
    /// The file that was opened, or could not be.
    var identity: FileIdentity?
    /// Whether the store gave up.
    var isOff = false
    /// The warnings that were given, so that none comes twice.
    var warnings: Set<Warning> = []
    var counts = Counts()
  }

  /// Kinds of warnings; each comes once.
  enum Warning: Hashable { case off, setAside, damaged }

  /// How many rows of features were found, and how many were computed for the store.
  public struct Counts: Sendable, Hashable {
    /// Found.
    public internal(set) var known = 0
    /// Not found, and computed.
    public internal(set) var new = 0
  }

  /// Names a store. Nothing is opened or made yet.
  ///
  /// - Parameters:
  ///   - folder: Its folder, by default `defaultFolder`.
  ///   - maximumBytes: How many bytes it may take, by default what `$GRAFT_CACHE_LIMIT` says (such as `500M` or `10G`; 0 for
  ///     no store), else `defaultMaximumBytes`.
  ///   - label: What lists call the networks whose features it keeps, by default the models' own names.
  ///   - warn: Gets warnings, from any thread. By default they go to standard error.
  public convenience init(
    at folder: String? = nil, maximumBytes: Int? = nil, label: String? = nil, warn: (@Sendable (String) -> Void)? = nil
  ) {
    self.init(
      at: folder ?? Self.defaultFolder, maximumBytes: maximumBytes ?? StoreLimit.standard, label: label, warn: warn,
      now: { Int(Date().timeIntervalSince1970) })
  }

  init(
    at folder: String, maximumBytes: Int, label: String? = nil, warn: (@Sendable (String) -> Void)?,
    now: @escaping @Sendable () -> Int
  ) {
    self.folder = folder
    self.maximumBytes = maximumBytes
    self.label = label
    self.warn =
      warn ?? { try? FileHandle.standardError.write(contentsOf: Data("Warning: \($0)\n".utf8)) }
    self.now = now
    file = StoreFile(folder: folder)
  }

  deinit { try? state.withLock { $0.queue }?.close() }

  /// Bytes from a size as people write it: `1000`, `500K`, `200M`, `10G` or `1T`, where a unit is 1,024 of the one before; nil
  /// for anything else.
  public static func bytes(_ text: String) -> Int? { StoreLimit.bytes(text) }

  /// What was found and computed through this object so far.
  public var counts: Counts { state.withLock { $0.counts } }

  /// Takes note of rows that were computed because they were not found.
  package func countNew(_ count: Int) { state.withLock { $0.counts.new += count } }
}
