internal import Foundation
internal import Graft
internal import GraftCore
internal import Testing

/// What stands at the place of the model is there in full, old or new, whatever happens.
@Suite(.serialized) struct OutputTests {
  @Test("A missing folder or a folder in the file's place is refused before any work")
  func places() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos(count: 3)
    try await Command.train(photos, to: folder("none/m.graft"), "--json").expectFailure(folder("none"), "no folder")
    try await Command.train(photos, to: folder("photos"), "--json").expectFailure("it is a folder")
    try await Command.run(
      "features", photos, "--base", Fixture.tiny, "--preprocess", "tf", "-o", folder("none/f.npy")
    ).expectFailure("no folder")
    try await Command.train(photos, to: "", "--json").expectFailure("empty")
    // The list beside the matrix is checked as well, before the matrix is written.
    try folder.folder("out/f.csv")
    try await Command.run(
      "features", photos, "--base", Fixture.tiny, "--preprocess", "tf", "-o", folder("out/f.npy")
    ).expectFailure(folder("out/f.csv"), "it is a folder")
    #expect(!FileManager.default.fileExists(atPath: folder("out/f.npy")))
    try await Command.run("run", Fixture.tiny, "--input", Fixture.batch, "--output", folder("none/y.npy"))
      .expectFailure("no folder")
  }

  @Test("A loss that is no number: says where, and the old file stays")
  func notANumber() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    let old = Array("an older model".utf8)
    try folder.write("out/m.graft", old)
    let run = try await Command.train(photos, to: folder("out/m.graft"), "--json", "--learning-rate", "1e30")
    run.expectFailure("epoch", "step")
    #expect(try folder.contents("out") == ["m.graft": old])
    // One step per epoch: the weights are finite after it, but too large to compute with.
    let fresh = try await Command.train(photos, to: folder("out/n.graft"), "--json", "--learning-rate", "1e30")
    fresh.expectFailure("epoch 1", "step", "no model was written")
    let last = try await Command.train(
      photos, to: folder("out/n.graft"), "--json", "--learning-rate", "1e30", "--epochs", "1")
    last.expectFailure("epoch 1", "step", "no model was written")
    // Several steps per epoch: the loss itself goes.
    let small = try await Command.train(
      photos, to: folder("out/n.graft"), "--json", "--learning-rate", "1e30", "--batch-size", "4")
    small.expectFailure("epoch 1, ", "step", "no model was written")
    #expect(try folder.contents("out") == ["m.graft": old])
  }

  @Test("A loss that is no number in a later epoch: the last good model is kept, whole")
  func notANumberLater() async throws {
    let folder = try TestFolder()
    // Noise that no one can tell apart keeps gradients large, so that the weights grow until they overflow.
    for number in 0..<36 {
      let random = RandomNumbers(seed: 9, stream: UInt64(number))
      try folder.write("photos/\(number % 3)/\(number).bmp", Bitmap.noise(side: 16, channel: 0, random))
    }
    try folder.folder("out")
    let run = try await Command.train(
      folder("photos"), to: folder("out/m.graft"), "--json", "--learning-rate", "5e37", "--dense", "0",
      "--batch-size", "64", "--epochs", "200")
    run.expectFailure("no longer finite numbers", "The model as it was after epoch", folder("out/m.graft"))
    #expect(try await Command.run("inspect", folder("out/m.graft")).succeeded)
    #expect(try folder.contents("out").count == 1)
  }

  @Test("A full disk: the old file stays, no temporary is left")
  func fullDisk() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos(count: 4)
    let old = Array("an older model".utf8)
    try folder.write("out/m.graft", old)
    let run = try await Command.run(
      [
        "train", photos, "--base", Fixture.tiny, "--preprocess", "tf", "--head", "dense", "--epochs", "1", "--json",
        "-o",
        folder("out/m.graft"),
      ], fileBlocks: 8)
    run.expectFailure(folder("out/m.graft"))
    #expect(try folder.contents("out") == ["m.graft": old])
    // With room for it, the same command replaces the file.
    #expect(try await Command.train(photos, to: folder("out/m.graft"), "--epochs", "1").succeeded)
    #expect(try await GraftModel(contentsOf: folder("out/m.graft")).classNames == ["blue", "green", "red"])
    #expect(try folder.contents("out").count == 1)
  }
}
