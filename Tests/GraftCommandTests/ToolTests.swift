internal import Foundation
internal import Graft
internal import Testing

/// `graft learning-rate`, `graft augment`, and what watches a training.
@Suite(.serialized) struct ToolTests {
  @Test("learning-rate is the library's search, with a plot")
  func learningRate() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    let arguments = [
      "learning-rate", photos, "--base", Fixture.tiny, "--preprocess", "tf", "--steps", "60", "--batch-size", "8",
      "--optimizer", "sgd", "--maximum", "100",
    ]
    let report = try await Command.run(arguments + ["--json", "-o", folder("rates.png")]).json()
    let points = try #require(report["points"]?.array)
    #expect(points.count > 10 && points.count <= 60)
    #expect(points.first?["learning_rate"]?.double.map { abs($0 - 1e-7) < 1e-12 } == true)
    #expect(Array(try folder.bytes("rates.png").prefix(4)) == [0x89, 0x50, 0x4e, 0x47])
    let text = try await Command.run(arguments)
    #expect(text.succeeded, "\(text.errors)")
    #expect(text.output.contains("learning rate  loss      smoothed") && text.output.contains("uggest"))
    try await Command.run("learning-rate", folder("none"), "--base", Fixture.tiny, "--preprocess", "tf")
      .expectFailure(folder("none"))
  }

  @Test("augment writes the library's contact sheet")
  func augment() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    let report = try await Command.run(
      "augment", photos, "--augment", "standard", "--rows", "2", "--views", "3", "--image-size", "24", "--seed", "6",
      "--json", "-o", folder("sheet.png")
    ).json()
    // Four tiles with five gaps, two rows with three.
    #expect(report["width"] == .int(4 * 24 + 5 * 4) && report["height"] == .int(2 * 24 + 3 * 4))
    let files = try ImageFolder(photos).images.files.map(\.path)
    #expect(report["pictures"]?.array?.compactMap(\.string) == [files[0], files[18]])
    let sheet = try ContactSheet(
      of: .standard, files: files, rows: [0, 18], views: 3, seed: 6, width: 24, height: 24)
    try sheet.image().writePNG(to: folder("own.png"))
    #expect(try folder.bytes("sheet.png") == folder.bytes("own.png"))
    let text = try await Command.run("augment", photos, "--augment", "flip", "-o", folder("sheet.png"))
    #expect(text.succeeded && text.output.contains("4 pictures with 6 variants each"))
    try await Command.run("augment", photos, "--augment", "flip", "-o", folder("none/s.png")).expectFailure("no folder")
  }

  @Test("Early stopping ends a phase and keeps its best weights; logs are written")
  func watching() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    // So large a rate that the validation loss soon rises.
    let report = try await Command.train(
      photos, to: folder("m.graft"), "--json", "--epochs", "200", "--learning-rate", "0.5", "--early-stopping", "2",
      "--csv-log", folder("log.csv"), "--tensorboard", folder("logs"), "--label-smoothing", "0.1", "--class-weight",
      "red=2", "--schedule", "cosine:0.1", "--weight-decay", "0.01", "--clip-norm", "1"
    ).json()
    let history = try #require(report["history"]?.array)
    #expect(history.count < 200)
    #expect(report["phases"]?.array?.first?["stop_reason"]?.string?.contains("val_loss has not improved") == true)
    let losses = history.compactMap { $0["val_loss"]?.double }
    #expect(report["validation_loss"]?.double == losses.min())
    let lines = String(decoding: try folder.bytes("log.csv"), as: UTF8.self).split(whereSeparator: \.isNewline)
    #expect(lines.count == history.count + 1)
    #expect(lines.first?.hasPrefix("epoch,accuracy,loss") == true)
    let events = try folder.contents("logs").keys
    for part in ["train/events.out.tfevents", "validation/events.out.tfevents"] {
      #expect(events.contains { $0.hasPrefix(part) })
    }
  }

  @Test("Options of training change the result")
  func options() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    var seen: [[Float]: [String]] = [:]
    for (number, options) in [
      [], ["--optimizer", "adamw"], ["--optimizer", "sgd", "--momentum", "0.9"], ["--optimizer", "rmsprop"],
      ["--schedule", "one-cycle"], ["--clip-norm", "0.01"], ["--average-weights", "0.5"], ["--label-smoothing", "0.2"],
      ["--class-weight", "red=3"], ["--augment", "standard", "--views", "2"],
      ["--augment", "standard", "--views", "3"],
    ].enumerated() {
      let output = folder("\(number).graft")
      let run = try await Command.run(
        [
          "train", photos, "--base", Fixture.tiny, "--preprocess", "tf", "--head", "dense", "-o", output, "--epochs",
          "3", "--batch-size",
          "8",
        ]
          + options)
      #expect(run.succeeded, "\(options): \(run.errors)")
      let model = try await GraftModel(contentsOf: output).model
      let kernel = try model.layer(named: "head_predictions").variables[0].value
      if let same = seen.updateValue(options, forKey: kernel.elements) { Issue.record("\(same) and \(options)") }
    }
  }
}
