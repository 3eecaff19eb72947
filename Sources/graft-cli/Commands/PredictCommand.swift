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

      A model that was trained with --tags says every label whose probability is above 0.5, or the most probable ones with \
      --top.

        graft predict flowers.graft rose.jpg
        graft predict flowers.graft photos/ --top 3
      """)

  @Argument(help: "The model.")
  var model: String

  @Argument(help: ArgumentHelp("Pictures, or folders of them.", valueName: "file"))
  var files: [String]

  @Option(
    help: ArgumentHelp("How many classes to show, the most probable first (default: 1).", valueName: "count"))
  var top: Int?

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    if let top, top < 1 { throw ValidationError("--top must be at least 1. Received: \(top).") }
    if files.isEmpty { throw ValidationError("Name at least one picture.") }
  }

  func run() async throws {
    try NetworkFile.checkModel(model)
    let paths = try files.flatMap { try PictureList.paths(at: $0) }
    let model = model
    let (task, results) = try await Interrupt.guarding {
      let predictor = try await Predictor.contents(of: model)
      let progress = ProgressCounter("Pictures")
      let results = try await predictor.predict(paths) { if paths.count > 20 { progress.show($0, of: $1) } }
      return (predictor.task, results)
    }
    if json { try Console.print(document(paths, results, task)) } else { show(paths, results, task) }
    var failed = 0
    for case .failure(let error) in results {
      Console.error("Error: \(error.message)")
      failed += 1
    }
    if failed > 0 { throw ExitCode.failure }
  }

  /// What is shown of a prediction.
  private func scores(_ prediction: Prediction, _ task: ClassificationTask) -> [Prediction.Score] {
    if task == .multiLabel, top == nil { return prediction.labels() }
    return Array(prediction.scores.prefix(top ?? 1))
  }

  private func show(_ paths: [String], _ results: [Result<Prediction, GraftError>], _ task: ClassificationTask) {
    if task == .multiLabel {
      for case (let path, .success(let prediction)) in zip(paths, results) {
        let labels = scores(prediction, task).map { "\($0.className) \(Double($0.probability).percent)" }
        Console.print("\(path)  \(labels.isEmpty ? "no label" : labels.joined(separator: ", "))")
      }
      return
    }
    var table = Table()
    for case (let path, .success(let prediction)) in zip(paths, results) {
      table.add([path] + scores(prediction, task).flatMap { [$0.className, Double($0.probability).percent] })
    }
    if !table.isEmpty { Console.print(table.text) }
  }

  private func document(
    _ paths: [String], _ results: [Result<Prediction, GraftError>], _ task: ClassificationTask
  ) -> JSONValue {
    .array(
      zip(paths, results).map { path, result in
        switch result {
        case .failure(let error): return ["path": .string(path), "error": .string(error.message)]
        case .success(let prediction):
          let scores = JSONValue.array(
            scores(prediction, task).map {
              ["class": .string($0.className), "probability": .number(Double($0.probability))]
            })
          guard task == .singleLabel else {
            let labels = prediction.labels().map { JSONValue.string($0.className) }
            return ["path": .string(path), "labels": .array(labels), "scores": scores]
          }
          return [
            "path": .string(path), "class": .string(prediction.className),
            "probability": .number(Double(prediction.probability)), "scores": scores,
          ]
        }
      })
  }
}
