internal import ArgumentParser
internal import Foundation
internal import Graft

/// `graft predict`
struct PredictCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Say what is on photos.",
    discussion: """
      A file that cannot be read is reported on standard error, spoils no other, and makes the exit code 1; with --json \
      its entry has "error" instead of "class". Folders are searched to the bottom.

        graft predict flowers.graft rose.jpg
        graft predict flowers.graft photos/ --top 3
      """)

  @Argument(help: "The model.")
  var model: String

  @Argument(help: ArgumentHelp("Pictures, or folders of them.", valueName: "file"))
  var files: [String]

  @Option(help: ArgumentHelp("How many classes to show, the most probable first.", valueName: "count"))
  var top = 1

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    if top < 1 { throw ValidationError("--top must be at least 1. Received: \(top).") }
    if files.isEmpty { throw ValidationError("Name at least one picture.") }
  }

  func run() async throws {
    try NetworkFile.checkModel(model)
    let paths = try files.flatMap { try PictureList.paths(at: $0) }
    let model = model
    let results = try await Interrupt.guarding {
      let predictor = try await Predictor.contents(of: model)
      let progress = ProgressCounter("Pictures")
      return try await predictor.predict(paths) { if paths.count > 20 { progress.show($0, of: $1) } }
    }
    if json { try Console.print(document(paths, results)) } else { show(paths, results) }
    var failed = 0
    for case .failure(let error) in results {
      Console.error("Error: \(error.message)")
      failed += 1
    }
    if failed > 0 { throw ExitCode.failure }
  }

  private func show(_ paths: [String], _ results: [Result<Prediction, GraftError>]) {
    var table = Table()
    for case (let path, .success(let prediction)) in zip(paths, results) {
      let scores = prediction.scores.prefix(top)
      table.add([path] + scores.flatMap { [$0.className, Double($0.probability).percent] })
    }
    if !table.isEmpty { Console.print(table.text) }
  }

  private func document(_ paths: [String], _ results: [Result<Prediction, GraftError>]) -> JSONValue {
    .array(
      zip(paths, results).map { path, result in
        switch result {
        case .failure(let error): return ["path": .string(path), "error": .string(error.message)]
        case .success(let prediction):
          return [
            "path": .string(path), "class": .string(prediction.className),
            "probability": .number(Double(prediction.probability)),
            "scores": .array(
              prediction.scores.prefix(top).map {
                ["class": .string($0.className), "probability": .number(Double($0.probability))]
              }),
          ]
        }
      })
  }
}
