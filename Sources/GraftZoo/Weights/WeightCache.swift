internal import Foundation
internal import GraftCore
internal import GraftFormats

/// The folder of downloaded weights. A file is fetched once, checked, and checked again whenever it is used.
public struct WeightCache: Sendable {
  /// Bytes received, and the whole if the server says it.
  public typealias Progress = @Sendable (_ received: Int64, _ total: Int64?) -> Void

  /// The folder.
  public let folder: String

  /// Seconds without a byte after which a download is given up.
  private let patience: Double

  /// Uses a folder, which is made when it is needed.
  ///
  /// - Parameters:
  ///   - folder: The folder, which need not be there.
  ///   - patience: Seconds without a byte after which a download is given up.
  public init(folder: String, patience: Double = 30) {
    self.folder = folder
    self.patience = patience
  }

  /// `weights` in Graft's cache folder.
  public static var standard: WeightCache { WeightCache(folder: CacheFolder.path + "/weights") }

  /// Whether a file is there.
  public func contains(_ entry: WeightEntry) -> Bool {
    FileManager.default.fileExists(atPath: location(of: entry))
  }

  /// Where a file lies, or would lie.
  public func location(of entry: WeightEntry) -> String { folder + "/" + entry.fileName }

  /// The path of a file, downloaded first if it is not there.
  ///
  /// - Throws: `GraftError.network`, naming the URL and the place to put the file by hand, if it cannot be had;
  ///   `GraftError.corrupt` if its size or SHA-256 is not the one expected; `GraftError.cancelled`.
  public func path(of entry: WeightEntry, progress: Progress? = nil) async throws -> String {
    let location = location(of: entry)
    if contains(entry) {
      try verify(entry, try Data(contentsOf: URL(fileURLWithPath: location)))
      return location
    }
    var data: Data
    do {
      data = try await Download(entry.url, patience: patience).data(progress: progress)
    } catch let error as GraftError where error.code == .network {
      throw GraftError(
        .network,
        """
        The weights are not in the cache and could not be downloaded: \(error.message)
        Address: \(entry.url)\(entry.member.map { ", there \($0)" } ?? "")
        To do it by hand, put that file here: \(location)
        """)
    }
    if let member = entry.member {
      data = Data(try ZipArchive(bytes: Array(data), path: entry.url).bytes(of: member))
    }
    if let expected = entry.digest, expected.received(data) != expected {
      throw GraftError(
        .corrupt,
        """
        The download of \(entry.url) is not the expected file: expected \(expected), received \
        \(expected.received(data).digits). Nothing was kept.
        """)
    }
    try makeFolder()
    try AtomicFile.write(Array(data), to: location)
    try AtomicFile.write(SHA256Digest(of: data).description + "\n", to: location + ".sha256")
    return location
  }

  private func verify(_ entry: WeightEntry, _ data: Data) throws {
    let path = location(of: entry)
    let noted = (try? String(contentsOfFile: path + ".sha256", encoding: .utf8)).map { $0.prefix(64) }.map(String.init)
    guard let expected = entry.digest ?? noted.map({ .sha256($0) }) else { return }
    let received = expected.received(data)
    guard received == expected else {
      throw GraftError(
        .corrupt,
        """
        The cached weights \(path) are damaged: expected \(expected), received \(received.digits). Delete the file; it \
        will be downloaded again.
        """)
    }
  }

  private func makeFolder() throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw GraftError(.writeFailed, "The cache folder \(folder) cannot be made: \(error.localizedDescription)")
    }
  }
}
