internal import ArgumentParser
internal import Graft

/// `graft evaluate`
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Judge a model on a folder of photos whose classes are known.",
    discussion: "  graft evaluate flowers.graft test-photos/")

  @Argument(help: "The model.")
  var model: String

  @Argument(help: "The folder, with one folder per class of the model.")
  var folder: String

  @Option(help: ArgumentHelp("How many unreadable files are left out before it is an error.", valueName: "count"))
  var maxBad = 0

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    if maxBad < 0 { throw ValidationError("--max-bad must be at least 0. Received: \(maxBad).") }
  }

  func run() async throws {
    let command = self
    let report = try await Interrupt.guarding { try await command.evaluate() }
    if json {
      var document = report.json.object ?? [:]
      document["set_aside"] = JSONValue(report.evaluation.badFiles)
      return try Console.print(.object(document))
    }
    Console.print(report.text)
    if !report.evaluation.badFiles.isEmpty {
      Console.print("\nset aside, unreadable:\n" + report.evaluation.badFiles.map { "  \($0)" }.joined(separator: "\n"))
    }
  }

  private func evaluate() async throws -> EvaluationReport {
    try NetworkFile.checkModel(model)
    let artifact = try await GraftModel(contentsOf: model)
    let photos = try ImageFolder(folder, classNames: artifact.classNames)
    try BadFileCheck.check(photos.badFiles, maximum: maxBad)
    try artifact.model.compile(loss: .categoricalCrossentropy, metrics: [.accuracy])
    let progress = ProgressCounter("Pictures")
    let result = try await artifact.model.evaluate(
      photos.images, fit: artifact.imageFit, maximumBadFiles: maxBad - photos.badFiles.count
    ) { progress.show($0, of: $1) }
    return EvaluationReport(evaluation: result.addingBadFiles(photos.badFiles), classNames: artifact.classNames)
  }
}
