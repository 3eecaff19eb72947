internal import Foundation
internal import Graft
internal import Testing

/// `graft export`
@Suite struct ExportTests {
  @Test("Writes every format, checks it, and says so")
  func formats() async throws {
    let folder = try TestFolder()
    let trained = try await Command.train(folder.photos(), to: folder("m.graft"), "--epochs", "1")
    #expect(trained.succeeded, "\(trained.errors)")
    for format in ["keras", "weights.h5", "safetensors", "npz", "onnx", "tflite"] {
      let text = try await Command.run("export", folder("m.graft"), "--to", format, "-o", folder("m.\(format)"))
      #expect(text.succeeded, "\(text.errors)")
      #expect(text.output.contains("m.\(format)  \(format), float32, \(try folder.bytes("m.\(format)").count) bytes"))
      #expect(text.output.contains("again"))
    }
    // A folder is written, and written again.
    for _ in 0..<2 {
      let text = try await Command.run("export", folder("m.graft"), "--to", "savedmodel", "-o", folder("saved"))
      #expect(text.succeeded && text.output.contains("saved  savedmodel, float32, "), "\(text.errors)")
    }
    #expect(try !folder.bytes("saved/saved_model.pb").isEmpty)
    try await Command.run(
      "export", folder("m.graft"), "--to", "tflite", "--precision", "int8", "-o", folder("x.tflite")
    ).expectFailure("--precision int8")
    let help = try await Command.run("export", "--help")
    #expect(help.output.contains("\(ExportFormat.allCases.count) formats:"))
    for format in ExportFormat.allCases { #expect(help.output.contains("  \(format.rawValue) ")) }
    let report = try await Command.run(
      "export", folder("m.graft"), "--to", "keras", "--with-preprocessing", "--json", "-o", folder("pixels.keras")
    ).json()
    #expect(report["format"] == "keras" && report["with_preprocessing"] == true)
    #expect(report["bytes"]?.int == (try folder.bytes("pixels.keras").count))
    // What was exported is a base again, and still knows its preprocessing.
    let again = try await Command.run(
      "train", folder("photos"), "--base", folder("m.keras"), "--head", "dense", "--epochs", "1", "-o",
      folder("n.graft"))
    #expect(again.succeeded, "\(again.errors)")
    #expect(
      try await Command.run("inspect", folder("m.keras")).output.hasPrefix("a whole model, saved by Keras 3.15.1"))
    #expect(try KerasModel(contentsOf: folder("m.keras")).notes?["class_names"] == ["blue", "green", "red"])
  }

  @Test("Unknown formats, Keras files and wrong names are errors that say what to do")
  func refused() async throws {
    let folder = try TestFolder()
    let unknown = try await Command.run("export", Fixture.tiny, "--to", "kears", "-o", folder("x.keras"))
    unknown.expectFailure("nearest is 'keras'", status: 64)
    try await Command.run("export", Fixture.tiny, "--to", "keras", "-o", folder("x.keras"))
      .expectFailure("graft train makes one of it")
    try await Command.run("export", folder("none.graft"), "--to", "keras", "-o", folder("x.keras"))
      .expectFailure("none.graft")
    #expect(try folder.contents().isEmpty)
  }
}
