internal import Foundation
internal import Graft
internal import Testing

/// `graft cache`, and commands that keep features.
@Suite(.serialized) struct CacheTests {
  private let folder: TestFolder
  private let photos: String
  private var store: String { folder("features") }

  init() async throws {
    folder = try TestFolder()
    photos = try folder.photos(count: 6)
  }

  /// A command with features kept in this test's folder.
  private func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> CommandRun {
    try await Command.run(
      arguments + ["--cache-folder", store],
      environment: ["GRAFT_CACHE_LIMIT": "100M"].merging(environment) { $1 })
  }

  private func train(_ output: String, _ options: String...) async throws -> CommandRun {
    try await Command.run(
      [
        "train", photos, "--base", Fixture.tiny, "--preprocess", "tf", "--epochs", "2", "-o", folder(output),
        "--cache-folder", store,
      ] + (options.contains("--head") ? [] : ["--head", "dense"]) + options, environment: ["GRAFT_CACHE_LIMIT": "100M"])
  }

  @Test("Training again, with more pictures, with another top: what is known is not computed")
  func known() async throws {
    let plain = try await train("plain.graft", "--no-cache")
    #expect(plain.succeeded && !plain.errors.contains("known"))
    #expect(!FileManager.default.fileExists(atPath: store))

    let first = try await train("first.graft", "--json")
    #expect(try first.json()["features"] == ["known": 0, "new": 18])
    let second = try await train("second.graft")
    #expect(second.succeeded && second.output.contains("features    18 known, 0 new"))
    #expect(second.errors.contains("Pictures  18/18  18 known, 0 new"), "\(second.errors)")
    #expect(try folder.bytes("plain.graft") == folder.bytes("first.graft"))
    #expect(try folder.bytes("plain.graft") == folder.bytes("second.graft"))

    try folder.photos("more", count: 2, seed: 9)
    try FileManager.default.moveItem(atPath: folder("more/red/0.bmp"), toPath: folder("photos/red/new.bmp"))
    let grown = try await train("grown.graft", "--json")
    #expect(try grown.json()["features"] == ["known": 18, "new": 1])
    let linear = try await train("linear.graft", "--head", "linear", "--json")
    #expect(try linear.json()["features"] == ["known": 19, "new": 0])
    let evaluation = try await run("evaluate", folder("linear.graft"), photos, "--json")
    #expect(try evaluation.json()["features"] == ["known": 19, "new": 0])

    let features = try await run(
      "features", photos, "--base", Fixture.tiny, "--preprocess", "tf", "-o", folder("f.npy"), "--json")
    #expect(try features.json()["features"] == ["known": 19, "new": 0])
    let computed = try await run(
      "features", photos, "--base", Fixture.tiny, "--preprocess", "tf", "-o", folder("g.npy"), "--json", "--no-cache")
    #expect(try computed.json()["features"] == .null)
    #expect(try folder.bytes("f.npy") == folder.bytes("g.npy"))
  }

  @Test("A settings file has the options of the cache")
  func settings() async throws {
    try folder.write("s.yaml", Array("no-cache: true\n".utf8))
    #expect(try await train("m.graft", "--config", folder("s.yaml")).succeeded)
    #expect(!FileManager.default.fileExists(atPath: store))
    try await train("m.graft", "--cache-limit", "much").expectFailure("--cache-limit", "much", status: 64)
    try await run("cache", "list", environment: ["GRAFT_CACHE_LIMIT": "0"]).expectNothingWrong()
    let wrong = try await Command.run(
      ["evaluate", "m.graft", photos], environment: ["GRAFT_CACHE_LIMIT": "lots"])
    wrong.expectFailure("$GRAFT_CACHE_LIMIT", "lots", status: 64)
  }

  @Test("List, verify and clear")
  func management() async throws {
    let empty = try await run("cache")
    #expect(empty.succeeded && empty.output.hasPrefix("Nothing is kept."))
    #expect(try await train("m.graft").succeeded)
    let list = try await run("cache", "list")
    #expect(list.succeeded && list.output.contains("tiny") && list.output.contains("16×16"), "\(list.output)")
    let document = try await run("cache", "list", "--json").json()
    let entry = try #require(document["entries"]?.array?.first)
    #expect(document["entries"]?.array?.count == 1 && document["folder"] == .string(store))
    #expect(entry["count"] == 18 && entry["bytes"] == .int(18 * 8 * 4))
    let fingerprint = try #require(entry["fingerprint"]?.string)
    #expect(fingerprint.count == 64 && list.output.contains(fingerprint.prefix(12)))
    #expect(try #require(entry["last_use"]?.string).hasSuffix("Z"))
    #expect(try await run("cache", "verify", "--json").json() == ["whole": 18, "damaged": 0, "problem": .null])

    try await run("cache", "clear", "zzzz").expectFailure("fingerprint", "zzzz")
    let cleared = try await run("cache", "clear", String(fingerprint.prefix(8)))
    #expect(cleared.succeeded && cleared.output == "18 rows were removed.\n")
    #expect(try await run("cache", "clear", "--json").json() == ["removed": 0])
    #expect(try await train("m.graft", "--json").json()["features"] == ["known": 0, "new": 18])
  }

  @Test("A damaged file is set aside by whoever meets it, with a warning, and work goes on")
  func damage() async throws {
    #expect(try await train("m.graft").succeeded)
    try folder.write("features/features-1.sqlite", [UInt8](repeating: 77, count: 20_000))
    let run = try await train("n.graft")
    #expect(run.succeeded && run.errors.contains("Warning: The features in '\(store)/features-1.sqlite' are damaged"))
    #expect(try folder.bytes("m.graft") == folder.bytes("n.graft"))
    #expect(try await train("n.graft", "--json").json()["features"] == ["known": 18, "new": 0])

    try folder.write("features/features-1.sqlite", [UInt8](repeating: 77, count: 20_000))
    let verification = try await self.run("cache", "verify")
    #expect(verification.status == 1 && verification.output.contains("A new file was begun"), "\(verification)")
    #expect(try await self.run("cache", "verify").succeeded)
  }

  @Test("A folder that cannot be used, and a full disk: one warning, and the same model")
  func unusable() async throws {
    #expect(try await train("m.graft", "--no-cache").succeeded)
    try folder.write("features", Array("no folder".utf8))
    let run = try await train("n.graft", "--json")
    #expect(try run.json()["features"] == ["known": 0, "new": 18])
    #expect(run.errors.components(separatedBy: "Warning: ").count == 2, "\(run.errors)")
    #expect(try folder.bytes("m.graft") == folder.bytes("n.graft"))
    try await self.run("cache", "list").expectNothingWrong()

    let full = try await Command.run(
      [
        "train", photos, "--base", Fixture.tiny, "--preprocess", "tf", "--epochs", "2", "--head", "dense", "-o",
        folder("f.graft"), "--cache-folder", folder("full"),
      ], fileBlocks: 100, environment: ["GRAFT_CACHE_LIMIT": "100M"])
    #expect(full.succeeded && full.errors.components(separatedBy: "Warning: ").count == 2, "\(full.errors)")
    #expect(try folder.bytes("m.graft") == folder.bytes("f.graft"))
  }
}

extension CommandRun {
  fileprivate func expectNothingWrong() { #expect(succeeded, "\(errors)") }
}
