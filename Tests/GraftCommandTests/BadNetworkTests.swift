internal import Foundation
internal import Testing

/// Networks and weights that cannot be used: refused with the reason.
@Suite(.serialized) struct BadNetworkTests {
  @Test("Bases that are none")
  func bases() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos(count: 3)
    let whole = [UInt8](try Data(contentsOf: URL(filePath: Fixture.tiny)))
    let bases: [(base: String, words: String)] = [
      ("mobilenet-v9", "mobilenet-v2"), (folder("none.h5"), folder("none.h5")),
      (Fixture.tinyWithoutBias, "bias"),
      (try folder.write("half.h5", Array(whole.prefix(whole.count / 2))), "half.h5"),
      (try folder.write("empty.h5", []), "empty.h5"),
      (try folder.write("text.h5", Array("no weights".utf8)), "text.h5"),
      (folder("none.graft"), folder("none.graft")), (folder("photos"), folder("photos")),
    ]
    for (base, words) in bases {
      try await Command.run("train", photos, "--base", base, "--preprocess", "tf", "--json", "-o", folder("m"))
        .expectFailure(words)
    }
    try await Command.run("train", photos, "--base", Fixture.tiny, "--json", "-o", folder("m"))
      .expectFailure("--preprocess", "tf")
    try await Command.run(
      "train", photos, "--base", "mobilenet-v2", "--weights", Fixture.tiny, "--image-size", "32", "--json", "-o",
      folder("m")
    ).expectFailure("tiny.h5", "6 weights", "do not fit")
    #expect(!FileManager.default.fileExists(atPath: folder("m")))
  }

  @Test("What a torch file must not ask for is named; weights alone are no model")
  func torchFiles() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos(count: 3)
    // The older layout's magic number, version and machine; then protocol 2, a global, its call: so pickles run what they like.
    let magic: [UInt8] = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
    let start = magic + [0x80, 2, 0x4D, 0xE9, 0x03, 0x2E, 0x80, 2, 0x7D, 0x2E]
    let call = [0x80, 2, 0x63] + Array("posix\nsystem\n".utf8) + [0x8C, 2, 0x6C, 0x73, 0x85, 0x52, 0x2E]
    let path = try folder.write("evil.pth", start + call)
    try await Command.run("train", photos, "--base", path, "--json", "-o", folder("m"))
      .expectFailure(path, "The pickle asks for Python's 'posix.system'")
    try await Command.run("predict", path, photos + "/red/1.bmp", "--json")
      .expectFailure(path, "graft train --base")
    try await Command.run("inspect", path, "--json").expectFailure(path, "weights under torch's names")
    #expect(!FileManager.default.fileExists(atPath: folder("m")))
  }

  @Test("--cut that names no layer gets the nearest names; a size that does not fit is refused")
  func cut() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos(count: 3)
    try await Command.train(photos, to: folder("m"), "--json", "--cut", "secand").expectFailure("secand", "second")
    try await Command.train(photos, to: folder("m"), "--json", "--image-size", "2").expectFailure("2")
    try await Command.train(photos, to: folder("m"), "--json", "--image-size", "100000")
      .expectFailure("4096", status: 64)
    #expect(!FileManager.default.fileExists(atPath: folder("m")))
  }

  @Test("A .graft file that is damaged is refused by every command")
  func damagedModel() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos(count: 4)
    #expect(try await Command.train(photos, to: folder("m.graft"), "--epochs", "1").succeeded)
    let whole = try folder.bytes("m.graft")
    var flipped = whole
    flipped[whole.count - 700] ^= 4
    try folder.write("flipped.graft", flipped)
    try folder.write("cut.graft", Array(whole.prefix(whole.count / 3)))
    try folder.write("short.graft", Array(whole.dropLast()))
    try folder.write("empty.graft", [])
    for name in ["flipped", "cut", "short", "empty"] {
      let model = folder("\(name).graft")
      try await Command.run("predict", model, folder("photos/red/1.bmp"), "--json").expectFailure(model)
      try await Command.run("evaluate", model, photos, "--json").expectFailure(model)
      try await Command.run("inspect", model, "--json").expectFailure(model)
      try await Command.run("train", photos, "--base", model, "--json", "-o", folder("n")).expectFailure(model)
      try await Command.run("run", model, "--input", Fixture.batch, "--output", folder("n")).expectFailure(model)
    }
    #expect(!FileManager.default.fileExists(atPath: folder("n")))
  }

  @Test("A Keras file or a folder in a model's place is refused in words")
  func notAModel() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos(count: 3)
    for command in [["predict"], ["evaluate"]] {
      try await Command.run(command + [Fixture.tiny, photos, "--json"]).expectFailure("tiny.h5", "is a Keras file")
      try await Command.run(command + [photos, photos, "--json"]).expectFailure("'\(photos)' is a folder")
      try await Command.run(command + [folder("none"), photos, "--json"]).expectFailure("no file '\(folder("none"))'")
    }
    try await Command.run("inspect", photos).expectFailure("'\(photos)' is a folder")
    try await Command.run("run", photos, "--input", Fixture.batch, "--output", folder("y.npy"))
      .expectFailure("'\(photos)' is a folder")
    try await Command.run(
      "train", photos, "--base", "mobilenet-v2", "--preprocess", "torch", "--json", "-o", folder("m")
    ).expectFailure("mobilenet-v2 brings its own preprocessing")
    try await Command.run(
      "train", photos, "--base", Fixture.tiny, "--weights", Fixture.tiny, "-o", folder("m"), "--json"
    )
    .expectFailure("brings its own", status: 64)
  }

  @Test("Without a network, mobilenet-v2 says what to fetch and where to put it", .timeLimit(.minutes(60)))
  func offline() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos(count: 3)
    let run = try await Command.run(
      ["train", photos, "--base", "mobilenet-v2", "--json", "-o", folder("m")], cache: try folder.folder("cache"),
      environment: ["https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"])
    run.expectFailure("https://", folder("cache"), ".h5")
    #expect(try folder.contents("cache").isEmpty)
  }
}
