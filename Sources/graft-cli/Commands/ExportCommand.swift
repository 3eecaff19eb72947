internal import ArgumentParser
internal import Graft

/// `graft export`
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a model for other programs.",
    discussion: """
      \(ExportFormat.allCases.count) formats:
      \(formats)

      Class names and preprocessing travel along wherever the format has a place for them. The file is read again and \
      checked before it takes its place. Weights are float32; a model with a part in int8 keeps it in tflite.

        graft export flowers.graft --to keras -o flowers.keras
        graft export flowers.graft --to onnx --with-preprocessing -o flowers.onnx
        graft export flowers.graft --to savedmodel -o flowers/1
        graft export flowers.graft --to tflite --precision float32 -o flowers.tflite
      """)

  private static let formats = ExportFormat.allCases.map { format in
    "  \(format.rawValue)" + String(repeating: " ", count: 13 - format.rawValue.count) + format.summary
  }.joined(separator: "\n")

  @Argument(help: "The model.")
  var model: String

  @Option(
    help: ArgumentHelp(
      "The format: \(ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "format"))
  var to: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The file to write, or the folder of a SavedModel.", valueName: "file"))
  var output: String

  @Flag(
    help: ArgumentHelp(
      "Put the preprocessing into the network, so that it takes pixels from 0 to 255 "
        + "(\(ExportFormat.allCases.filter(\.holdsNetwork).map(\.rawValue).joined(separator: ", "))).")
  )
  var withPreprocessing = false

  @Option(
    help: ArgumentHelp(
      "What the exported network is computed with: float32, or int8 (tflite, of a model with a part in int8). The model's own "
        + "where the format can hold it.", valueName: "precision"))
  var precision: Precision?

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
    if format != .savedModel { _ = try OutputPath(output) }
    let report = try await GraftModel(contentsOf: model)
      .export(to: output, as: format, withPreprocessing: withPreprocessing, precision: precision)
    if json {
      return try Console.print([
        "output": .string(report.path), "format": .string(report.format.rawValue), "bytes": .int(report.byteCount),
        "precision": .string(report.precision.rawValue), "with_preprocessing": .bool(withPreprocessing),
        "check": .string(report.check),
        "note": report.note.map { .string($0) } ?? .null,
      ])
    }
    Console.print("\(report.path)  \(report.format.rawValue), \(report.precision.rawValue), \(report.byteCount) bytes")
    Console.print("  \(report.check)")
    if let note = report.note { Console.print("  \(note)") }
  }
}
