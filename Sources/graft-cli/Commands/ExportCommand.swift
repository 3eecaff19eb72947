internal import ArgumentParser
internal import Graft

/// `graft export`
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a model for other programs.",
    discussion: """
      keras        a whole model that Keras 3 opens and goes on training (.keras)
      weights.h5   weights for a Keras 3 model of the same layers (.weights.h5)
      safetensors  weights under Keras's names
      npz          weights under Keras's names, for NumPy
      onnx         a whole model for ONNX Runtime and others (opset 17, any batch size)

      Class names and preprocessing travel along wherever the format has a place for them. The file is read again and \
      checked before it takes its place. Weights are float32.

        graft export flowers.graft --to keras -o flowers.keras
        graft export flowers.graft --to onnx --with-preprocessing -o flowers.onnx
      """)

  @Argument(help: "The model.")
  var model: String

  @Option(
    help: ArgumentHelp(
      "The format: \(ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "format"))
  var to: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String

  @Flag(help: "Put the preprocessing into the network, so that it takes pixels from 0 to 255 (keras, onnx).")
  var withPreprocessing = false

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    do {
      _ = try ExportFormat(named: to)
    } catch let error as GraftError {
      throw ValidationError("--to: \(error.message)")
    }
  }

  func run() async throws {
    let format = try ExportFormat(named: to)
    try NetworkFile.checkModel(model)
    _ = try OutputPath(output)
    let report = try await GraftModel(contentsOf: model)
      .export(to: output, as: format, withPreprocessing: withPreprocessing)
    if json {
      return try Console.print([
        "output": .string(report.path), "format": .string(report.format.rawValue), "bytes": .int(report.byteCount),
        "with_preprocessing": .bool(withPreprocessing), "check": .string(report.check),
        "note": report.note.map { .string($0) } ?? .null,
      ])
    }
    Console.print("\(report.path)  \(report.format.rawValue), \(report.byteCount) bytes")
    Console.print("  \(report.check)")
    if let note = report.note { Console.print("  \(note)") }
  }
}
