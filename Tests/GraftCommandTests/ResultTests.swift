internal import Foundation
internal import Graft
internal import GraftTestSupport
internal import Testing

/// What predict, inspect, features and run give.
@Suite(.serialized) struct ResultTests {
  /// A folder with photos and a model that was trained on them.
  private func trained(_ classes: [String] = ["blue", "green", "red"]) async throws -> TestFolder {
    let folder = try TestFolder()
    let run = try await Command.train(
      try folder.photos(classes: classes), to: folder("m.graft"), "--epochs", "30", "--seed", "1")
    #expect(run.succeeded, "\(run.errors)")
    return folder
  }

  @Test("predict names classes, of files and of folders, the most probable first")
  func predict() async throws {
    let folder = try await trained()
    let (red, blue) = (folder("photos/red/3.bmp"), folder("photos/blue/1.bmp"))
    let text = try await Command.run("predict", folder("m.graft"), red, blue)
    #expect(text.succeeded, "\(text.errors)")
    let lines = text.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix(red) && lines[0].contains("  red ") && !lines[0].contains("green"))
    #expect(lines[1].hasPrefix(blue) && lines[1].contains("  blue "))

    let top = try #require(
      try await Command.run("predict", folder("m.graft"), red, "--top", "3", "--json").json().array)
    #expect(top.count == 1)
    #expect(top[0]["path"]?.string == red)
    #expect(top[0]["class"] == "red")
    let scores = try #require(top[0]["scores"]?.array)
    #expect(Set(scores.compactMap { $0["class"]?.string }) == ["blue", "green", "red"])
    let probabilities = scores.compactMap { $0["probability"]?.double }
    #expect(probabilities == probabilities.sorted(by: >))
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
    #expect(top[0]["probability"] == scores[0]["probability"])

    // More than there are classes is all of them.
    #expect(try await Command.run("predict", folder("m.graft"), red, "--top", "9", "--json").json() == .array(top))
    let all = try #require(try await Command.run("predict", folder("m.graft"), folder("photos"), "--json").json().array)
    #expect(all.count == 36)
    #expect(all.allSatisfy { $0["path"]?.string?.contains("/\($0["class"]?.string ?? "?")/") == true })
    #expect(all.allSatisfy { $0["scores"]?.array?.count == 1 })
  }

  @Test("predict reports a file that cannot be read and does the others")
  func predictBadFile() async throws {
    let folder = try await trained()
    let text = try folder.write("no picture.jpg", Array("Dear diary".utf8))
    let red = folder("photos/red/3.bmp")
    let run = try await Command.run("predict", folder("m.graft"), red, text, red, "--json")
    #expect(run.status == 1 && !run.wasKilled)
    #expect(run.errors.contains(text))
    let list = try #require(try JSONValue(parsing: run.output).array)
    #expect(list.map { $0["class"]?.string } == ["red", nil, "red"])
    #expect(list[1]["path"]?.string == text)
    #expect(list[1]["error"]?.string?.isEmpty == false)
    // What systems leave in folders is no picture.
    for name in ["Thumbs.db", "desktop.ini", ".DS_Store"] { try folder.write("photos/red/\(name)", Array("x".utf8)) }
    let all = try await Command.run("predict", folder("m.graft"), folder("photos/red"), "--json").json()
    #expect(all.array?.count == 12)
    try await Command.run("predict", folder("m.graft"), folder("gone.jpg")).expectFailure(folder("gone.jpg"))
    try await Command.run("predict", folder("m.graft"), try folder.folder("empty"), "--json").expectFailure(
      "no pictures")
  }

  @Test("evaluate prints accuracy, a table of classes and the confusion matrix")
  func evaluateText() async throws {
    let folder = try await trained()
    let run = try await Command.run("evaluate", folder("m.graft"), folder("photos"))
    #expect(run.succeeded)
    #expect(run.output.contains("accuracy 100.0 % of 36 pictures"))
    #expect(
      ["precision", "recall", "F1", "AUC", "expected calibration error", "taken for"].allSatisfy(run.output.contains))
  }

  @Test("evaluate refuses a folder of other classes")
  func evaluateOtherClasses() async throws {
    let folder = try await trained()
    let other = try folder.photos("other", classes: ["green", "mauve", "red"], count: 2)
    try await Command.run("evaluate", folder("m.graft"), other, "--json").expectFailure("blue, green, red", "mauve")
  }

  @Test("inspect shows a model, a Keras file, and their graphs")
  func inspect() async throws {
    let folder = try await trained()
    let text = try await Command.run("inspect", folder("m.graft"))
    #expect(text.succeeded)
    for words in ["blue, green, red", "tf:", "pool", "head_dense", "seed", "after epoch 30"] {
      #expect(text.output.contains(words), "\"\(words)\" is not in: \(text.output)")
    }
    let graph = try await Command.run("inspect", folder("m.graft"), "--graph")
    #expect(graph.succeeded && graph.output.count > text.output.count)
    #expect(graph.output.hasPrefix(text.output.dropLast()))

    let model = try await Command.run("inspect", folder("m.graft"), "--json").json()
    #expect(model["kind"] == "graft")
    #expect(model["classes"] == ["blue", "green", "red"])
    // first 3·3·3·8 + 8, second 3·3·8·8 + 8, dense 8·256 + 256, predictions 256·3 + 3
    #expect(model["parameters"] == .int(224 + 584 + 2304 + 771))
    #expect(model["trainable_parameters"] == .int(2304 + 771))
    #expect(model["provenance"]?["seed"] == 1)
    let layers = try #require(model["layers"]?.array)
    #expect(layers.first { $0["name"] == "first" }?["output_shape"] == [7, 7, 8])
    #expect(layers.first { $0["name"] == "first" }?["trainable"] == false)

    let keras = try await Command.run("inspect", Fixture.tiny, "--json").json()
    #expect(keras["keras_version"] == "3.15.1")
    #expect(keras["parameters"] == .int(224 + 584 + 36))
    #expect(keras["tensors"]?.array?.count == 6)
    #expect(keras["layers"]?.array?.compactMap { $0["name"]?.string }.contains("scores") == true)
    let kerasText = try await Command.run("inspect", Fixture.tiny, "--graph")
    #expect(kerasText.succeeded && kerasText.output.contains("a whole model") && kerasText.output.contains("second"))
    try await Command.run("inspect", folder("none.graft")).expectFailure(folder("none.graft"))
    try await Command.run("inspect", folder("photos/red/3.bmp"), "--json").expectFailure("3.bmp")
  }

  @Test("run gives Keras's numbers, and evaluate's")
  func run() async throws {
    let folder = try await trained()
    let run = try await Command.run("run", Fixture.tiny, "--input", Fixture.batch, "--output", folder("y.npy"))
    #expect(run.succeeded, "\(run.errors)")
    let y = try NPYFile(contentsOf: folder("y.npy")).tensor()
    #expect(try y.mismatch(NPYFile(contentsOf: Fixture.scores).tensor(), atol: 1e-5) == nil)
    let report = try await Command.run(
      "run", folder("m.graft"), "--input", Fixture.batch, "--output", folder("z.npy"), "--json"
    ).json()
    #expect(report["input_shape"] == [3, 16, 16, 3])
    #expect(report["output_shape"] == [3, 3])
    let model = try await GraftModel(contentsOf: folder("m.graft")).model
    let expected = try await model.predict(NPYFile(contentsOf: Fixture.batch).tensor())
    #expect(try NPYFile(contentsOf: folder("z.npy")).tensor() == expected)

    try NPYFile.write(Tensor(zeros: [2, 8, 8, 3]), to: folder("small.npy"))
    try await Command.run("run", Fixture.tiny, "--input", folder("small.npy"), "--output", folder("w.npy"), "--json")
      .expectFailure("16")
    try await Command.run("run", Fixture.tiny, "--input", folder("none.npy"), "--output", folder("w.npy"))
      .expectFailure("none.npy")
    #expect(!FileManager.default.fileExists(atPath: folder("w.npy")))
  }

  @Test("features are rows in the order of their list, and what run makes of the pixels")
  func features() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos(classes: ["blue", "green, dark", "red \"x\""], count: 3)
    try folder.write("photos/blue/a, \"b\".bmp", folder.bytes("photos/blue/0.bmp"))
    let report = try await Command.run(
      "features", photos, "--base", Fixture.tiny, "--preprocess", "tf", "--json", "-o", folder("f.npy")
    ).json()
    #expect(report["rows"] == 10 && report["columns"] == 8)
    let features = try NPYFile(contentsOf: folder("f.npy")).tensor()
    #expect(features.shape == [10, 8])
    let csv = String(decoding: try folder.bytes("f.csv"), as: UTF8.self)
    let lines = csv.split(separator: "\n").map(String.init)
    #expect(lines.count == 11 && lines[0] == "path,class")
    #expect(lines[1] == "\(photos)/blue/0.bmp,blue")
    #expect(lines[4] == "\"\(photos)/blue/a, \"\"b\"\".bmp\",blue")
    #expect(lines[5] == "\"\(photos)/green, dark/0.bmp\",\"green, dark\"")
    #expect(lines[8] == "\"\(photos)/red \"\"x\"\"/0.bmp\",\"red \"\"x\"\"\"")
    // Equal pictures have equal rows; the same pixels by way of the library.
    #expect(features.rows(0..<1) == features.rows(3..<4))
    let network = try await BaseNetwork(Fixture.tiny, preprocessing: .scaledToMinusOneToOne).model
    let order = ["blue/0", "blue/1", "blue/2", "blue/0", "green, dark/0", "green, dark/1", "green, dark/2"]
    var pixels: [Float] = []
    for name in order { pixels += try bitmapInput(folder.bytes("photos/\(name).bmp")) }
    let expected = try await network.predict(Tensor(shape: [order.count, 16, 16, 3], pixels))
    #expect(features.rows(0..<order.count).mismatch(expected, atol: 1e-5) == nil)

    let keras = try await network.predict(NPYFile(contentsOf: Fixture.batch).tensor())
    #expect(try keras.mismatch(NPYFile(contentsOf: Fixture.features).tensor(), atol: 1e-5) == nil)
  }

  /// The network's input by hand: rows from the bottom up, blue first, and values to [-1, 1].
  private func bitmapInput(_ bytes: [UInt8]) -> [Float] {
    var values: [Float] = []
    for row in (0..<16).reversed() {
      for column in 0..<16 {
        let start = 54 + (row * 16 + column) * 3
        for channel in [2, 1, 0] { values.append(Float(bytes[start + channel]) / 127.5 - 1) }
      }
    }
    return values
  }
}
