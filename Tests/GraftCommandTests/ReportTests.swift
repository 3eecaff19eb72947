internal import Foundation
internal import Graft
internal import GraftTestSupport
internal import Testing

/// What reports show beyond the numbers: how validation went in full, every epoch, and files that Graft cannot run.
@Suite(.serialized) struct ReportTests {
  @Test("train shows validation's confusion matrix, or the test's where there is one")
  func confusion() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    let watched = try folder.photos("watched", count: 5, seed: 3)
    let text = try await Command.train(photos, to: folder("m.graft"), "--validation", watched, "--epochs", "30")
    #expect(text.succeeded, "\(text.errors)")
    #expect(text.output.contains("taken for") && text.output.contains("precision"))
    #expect(!text.output.contains("test:"))

    let report = try await Command.train(photos, to: folder("m.graft"), "--validation", watched, "--json").json()
    let validation = try #require(report["validation"])
    #expect(validation["count"] == 15)
    #expect(validation["accuracy"] == report["validation_accuracy"])
    #expect(validation["loss"] == report["validation_loss"])
    let again = try await Command.run("evaluate", folder("m.graft"), watched, "--json").json()
    #expect(validation["confusion"] == again["confusion"])
    #expect(report["warnings"] == [])

    // With a test set the matrix is the test's: 4 pictures of each class.
    let test = try folder.photos("test", count: 4, seed: 2)
    let tested = try await Command.train(
      photos, to: folder("m.graft"), "--validation", watched, "--test", test, "--epochs", "30")
    let matrix = try #require(tested.output.components(separatedBy: "taken for").dropFirst().first)
    #expect(tested.output.components(separatedBy: "taken for").count == 2)
    #expect(matrix.contains("4") && !matrix.prefix(while: { $0 != "m" }).contains("5"))
  }

  @Test("Pictures that are in training, too, are warned of, on standard error and in the document")
  func warnings() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    let run = try await Command.train(photos, to: folder("m.graft"), "--validation", photos, "--json")
    let warnings = try #require(try run.json()["warnings"]?.array)
    #expect(warnings.count == 1)
    #expect(warnings[0].string?.contains("36 validation pictures are training pictures, too") == true)
    #expect(run.errors.contains("Warning: 36 validation pictures"))
  }

  @Test("predict lines classes and probabilities up")
  func columns() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    #expect(try await Command.train(photos, to: folder("m.graft"), "--epochs", "30", "--seed", "1").succeeded)
    let (red, green) = (folder("photos/red/10.bmp"), folder("photos/green/1.bmp"))
    let run = try await Command.run("predict", folder("m.graft"), red, green, folder("gone.bmp"), "--top", "2")
    #expect(run.status == 1 && run.errors.contains(folder("gone.bmp")))
    let lines = run.output.split(separator: "\n").map(Array.init)
    try #require(lines.count == 2)
    #expect(lines[0].count == lines[1].count)
    // Wherever one line has the sign, the other has it, too.
    #expect(lines[0].indices.filter { lines[0][$0] == "%" } == lines[1].indices.filter { lines[1][$0] == "%" })
    #expect(lines[0].count { $0 == "%" } == 2)
    #expect(String(lines[0]).contains("  red    ") && String(lines[1]).contains("  green  "))
  }

  @Test("A path that no file can have is refused before any picture is read")
  func outputPath() async throws {
    let folder = try TestFolder()
    let run = try await Command.train(try folder.photos(), to: folder("new/"))
    run.expectFailure(folder("new/"))
    #expect(!run.errors.contains("Pictures") && !run.errors.contains("Epoch"))
    #expect(try folder.contents().keys.allSatisfy { $0.hasPrefix("photos/") })
  }

  @Test("inspect shows every epoch and the input's shape")
  func history() async throws {
    let folder = try TestFolder()
    #expect(try await Command.train(try folder.photos(), to: folder("m.graft"), "--epochs", "3").succeeded)
    let text = try await Command.run("inspect", folder("m.graft")).output
    for epoch in 1...3 { #expect(text.contains("after epoch \(epoch)")) }
    #expect(text.contains("tf: (rgb / 127.5 − 1.0) / 1.0"))
    let document = try await Command.run("inspect", folder("m.graft"), "--json").json()
    #expect(document["input_shape"] == [16, 16, 3])
    #expect(document["provenance"]?["history"]?.array?.count == 3)
  }

  @Test("inspect shows the tensors of a sound file that Graft cannot run, and says why it cannot")
  func unknownLayer() async throws {
    let text = try await Command.run("inspect", Fixture.unknownLayer)
    #expect(text.succeeded, "\(text.errors)")
    #expect(text.output.contains("Masking") && text.output.contains("dense/dense/kernel"))
    let document = try await Command.run("inspect", Fixture.unknownLayer, "--json").json()
    #expect(document["parameters"] == 15)
    #expect(document["layers"] == nil)
    #expect(document["problem"]?.string?.contains("Masking") == true)
    // What cannot be run is an error where it is to be run.
    let folder = try TestFolder()
    try NPYFile.write(Tensor(zeros: [2, 4]), to: folder("x.npy"))
    let run = try await Command.run(
      "run", Fixture.unknownLayer, "--input", folder("x.npy"), "--output", folder("y.npy"))
    run.expectFailure("Masking")
  }

  @Test("inspect shows whole models of Keras 3 and 2, and names several outputs")
  func wholeModels() async throws {
    for (name, version) in [("keras3_functional.keras", "3.15.1"), ("keras2_functional.h5", "2.21.0")] {
      let text = try await Command.run("inspect", Fixture.model(name))
      #expect(text.output.hasPrefix("a whole model, saved by Keras \(version)"), "\(text.errors)")
      #expect(text.output.contains("slopes (PReLU)"))
      #expect(
        try await Command.run("inspect", Fixture.model(name), "--json").json()["keras_version"] == .string(version))
    }
    let outputs = try await Command.run("inspect", Fixture.model("keras3_outputs.keras"))
    #expect(outputs.output.contains("The model has 3 outputs: \"strange\", \"color\", \"shape\"."))
  }

  @Test("A model saved without an input size takes the batch's: Keras's numbers")
  func openSize() async throws {
    let folder = try TestFolder()
    let run = try await Command.run("run", Fixture.open, "--input", Fixture.batch, "--output", folder("y.npy"))
    #expect(run.succeeded, "\(run.errors)")
    let y = try NPYFile(contentsOf: folder("y.npy")).tensor()
    #expect(try y.mismatch(NPYFile(contentsOf: Fixture.scores).tensor(), atol: 1e-5) == nil)
    let document = try await Command.run("inspect", Fixture.open, "--json").json()
    #expect(document["problem"]?.string?.contains("--image-size") == true)
    // One number is no batch.
    try NPYFile.write(Tensor(shape: [], [1]), to: folder("one.npy"))
    try await Command.run("run", Fixture.open, "--input", folder("one.npy"), "--output", folder("z.npy"))
      .expectFailure("samples along the first axis")
  }
}
