internal import Foundation
internal import Graft
internal import GraftCore
internal import Testing

/// `graft train --head`.
@Suite(.serialized) struct HeadTests {
  @Test("linear is the library's fit on the training pictures")
  func linear() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    let report = try await Command.train(
      photos, to: folder("m.graft"), "--json", "--head", "linear", "--seed", "5", "--test", photos
    ).json()
    #expect(report["head"]?["kind"] == "linear")
    #expect(report["history"]?.array?.count == 1)
    #expect(report["validation_accuracy"]?.double == 1)
    #expect(report["test"]?["count"] == 36)

    let images = try ImageFolder(photos).images.split(validation: 0.2, seed: 5).train
    let base = try await BaseNetwork(Fixture.tiny, preprocessing: .scaledToMinusOneToOne)
    let trained = try await LinearHead.train(on: images, base: base.model, options: LinearHeadOptions(seed: 5))
    let fit = try #require(trained.fit)
    #expect(report["head"]?["regularization"]?.double == fit.regularization)
    let model = try await GraftModel(contentsOf: folder("m.graft")).model
    let top = try model.layer(named: "head_predictions")
    #expect(top.variables[0].value == fit.kernel)
    #expect(top.variables[1].value == fit.bias)
    let weighted = try await Command.train(
      photos, to: folder("w.graft"), "--json", "--head", "linear", "--seed", "5", "--class-weight", "red=4"
    ).json()
    let other = try await LinearHead.train(
      on: images, base: base.model, options: LinearHeadOptions(seed: 5, classWeight: .byName(["red": 4])))
    #expect(weighted["head"]?["regularization"]?.double == other.fit?.regularization)
    let heavy = try await GraftModel(contentsOf: folder("w.graft")).model.layer(named: "head_predictions")
    #expect(heavy.variables[0].value == other.fit?.kernel && heavy.variables[0].value != fit.kernel)
    // What the report says of training, the whole network says, too.
    try model.compile(loss: .categoricalCrossentropy, metrics: [.accuracy])
    let own = try await model.evaluate(images)
    #expect(abs(own.loss - (try #require(report["loss"]?.double))) < 1e-6)
    #expect(report["accuracy"]?.double == own.accuracy)
  }

  @Test("auto prints the table and the reason, and takes the better one; fine-tuning goes on from it")
  func auto() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    // A dense top that has no time to learn anything.
    let arguments = ["--head", "auto", "--epochs", "1", "--learning-rate", "1e-6"]
    let text = try await Command.run(
      ["train", photos, "--base", Fixture.tiny, "--preprocess", "tf", "-o", folder("m.graft")] + arguments)
    #expect(text.succeeded, "\(text.errors)")
    #expect(text.output.contains("log loss") && text.output.contains("chosen"))
    #expect(text.output.contains("linear: ") && text.output.contains("of the pictures that were held out are right"))
    let report = try await Command.run(
      [
        "train", photos, "--base", Fixture.tiny, "--preprocess", "tf", "-o", folder("n.graft"), "--json",
        "--fine-tune-from", "second", "--fine-tune-epochs", "2",
      ] + arguments
    ).json()
    #expect(report["head"]?["comparison"]?.array?.map { $0["kind"] } == ["dense", "linear"])
    #expect(report["head"]?["reason"]?.string?.hasPrefix("linear: ") == true)
    #expect(report["phases"]?.array?.map { $0["epochs"] } == [1, 2])
    #expect(report["history"]?.array?.map { $0["phase"] } == [1, 2, 2])
    // 8 · 3 + 3 of the linear top, 584 of the layer.
    #expect(report["phases"]?.array?.last?["trained_weights"] == .int(27 + 584))
    let model = try await GraftModel(contentsOf: folder("n.graft")).model
    #expect(!model.allLayers.contains { $0.name == "head_dense" })
  }

  @Test("auto trains the dense head in full where it is better by more than an error")
  func autoDense() async throws {
    let folder = try TestFolder()
    // Two colours in one class: no linear top can tell the exclusive or apart.
    let photos = try folder.photos("parts", classes: ["b", "g", "r"], count: 16)
    for (part, name) in [("b", "one"), ("g", "two"), ("r", "one")] {
      for number in 0..<16 {
        try folder.write("photos/\(name)/\(part)\(number).bmp", folder.bytes("parts/\(part)/\(number).bmp"))
      }
    }
    _ = photos
    let report = try await Command.train(
      folder("photos"), to: folder("m.graft"), "--json", "--head", "auto", "--epochs", "40", "--learning-rate", "0.01"
    ).json()
    let kind = try #require(report["head"]?["kind"]?.string)
    let scores = try #require(report["head"]?["comparison"]?.array)
    let accuracies = scores.compactMap { $0["accuracy"]?.double }
    // Whichever it is, it is what the scores say.
    #expect(kind == (accuracies[0] > accuracies[1] ? "dense" : "linear"))
    #expect(report["history"]?.array?.count == (kind == "dense" ? 40 : 1))
  }
}
