internal import Foundation
internal import Graft
internal import Testing

/// Keras models of others as the base.
@Suite(.serialized) struct KerasBaseTests {
  @Test(
    "Models of Keras 2 and 3 train a top, and the result is a model of Graft",
    arguments: ["keras3_functional.keras", "keras2_functional.h5", "keras3_sequential.keras", "keras2_sequential.h5"])
  func training(_ name: String) async throws {
    let folder = try TestFolder()
    let photos = try folder.photos(count: 6)
    // Sequential models scale their pixels themselves, which is seen by their layers; the others must be told.
    let preprocessing = name.contains("functional") ? ["--preprocess", "tf"] : []
    let run = try await Command.run(
      ["train", photos, "--base", Fixture.model(name), "--head", "dense", "--epochs", "1", "-o", folder("m.graft")]
        + preprocessing)
    #expect(run.succeeded, "\(run.errors)")
    let model = try await GraftModel(contentsOf: folder("m.graft")).model
    #expect(model.input.shape == [8, 8, 3] && model.output.shape == [3])
  }

  @Test("Of several outputs one is chosen, or a cut leaves them behind")
  func severalOutputs() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos(count: 3)
    func features(_ name: String, _ options: String...) async throws -> CommandRun {
      try await Command.run(
        ["features", photos, "--base", Fixture.model(name), "--preprocess", "tf", "--json", "-o", folder("f.npy")]
          + options)
    }
    for name in ["keras3_outputs.keras", "keras2_outputs.h5"] {
      try await features(name).expectFailure("3 outputs", "\"strange\", \"color\", \"shape\"", "--base-output")
      try await features(name, "--base-output", "colour").expectFailure("\"color\"")
      try await features(name, "--base-output", "strange").expectFailure("LSTM", "nearest")
      #expect(try await features(name, "--base-output", "shape", "--cut", "hidden").json()["columns"] == 5)
      #expect(try await features(name, "--base-output", "color").json()["columns"] == 4)
      // What lies behind the cut need not be known.
      #expect(try await features(name, "--cut", "trunk").json()["columns"] == 4)
    }
    try await Command.run(
      "features", photos, "--base", "mobilenet-v2", "--base-output", "x", "--json", "-o", folder("f.npy")
    ).expectFailure("one output")
  }
}
