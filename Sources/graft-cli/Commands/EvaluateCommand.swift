internal import ArgumentParser
internal import Graft

/// `graft evaluate`
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Judge a model on a folder of photos whose classes are known.",
    discussion: """
      Shows precision, recall, F1 and the area under the ROC curve of every class, the expected calibration error, and what \
      was taken for what.

        graft evaluate flowers.graft test-photos/
        graft evaluate scenes.graft photos/ --tags photos/test.csv
      """)

  @Argument(help: "The model.")
  var model: String

  @Argument(help: "The folder, with one folder per class of the model; with --tags, where its paths begin.")
  var folder: String

  @Option(help: ArgumentHelp("The table of labels, for a model whose pictures have several.", valueName: "file.csv"))
  var tags: String?

  @Option(help: ArgumentHelp("How many unreadable files are left out before it is an error.", valueName: "count"))
  var maxBad = 0

  @OptionGroup(title: "Cache") var cache: CacheOptions

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    if maxBad < 0 { throw ValidationError("--max-bad must be at least 0. Received: \(maxBad).") }
  }

  func run() async throws {
    let command = self
    let (report, counts) = try await Interrupt.guarding { try await command.evaluate() }
    if json {
      var document = report.json.object ?? [:]
      document["set_aside"] = JSONValue(report.evaluation.badFiles)
      document["features"] = counts?.json ?? .null
      return try Console.print(.object(document))
    }
    Console.print(report.text)
    if !report.evaluation.badFiles.isEmpty {
      Console.print("\nset aside, unreadable:\n" + report.evaluation.badFiles.map { "  \($0)" }.joined(separator: "\n"))
    }
  }

  private func evaluate() async throws -> (EvaluationReport, FeatureStore.Counts?) {
    try NetworkFile.checkModel(model)
    let artifact = try await GraftModel(contentsOf: model)
    let (photos, badFiles) = try pictures(artifact)
    try BadFileCheck.check(badFiles, maximum: maxBad)
    try artifact.model.compile(
      loss: artifact.task == .singleLabel ? .categoricalCrossentropy : .binaryCrossentropy, metrics: [.accuracy])
    let store = cache.store(artifact.provenance.base ?? artifact.model.name)
    let progress = ProgressCounter("Pictures")
    let result = try await artifact.model.evaluate(
      photos, fit: artifact.imageFit, maximumBadFiles: maxBad - badFiles.count, store: store
    ) { progress.show($0, of: $1) }
    if let store, store.counts.known > 0 { Console.error("Features: \(store.counts.text)") }
    let report = EvaluationReport(
      evaluation: result.addingBadFiles(badFiles), classNames: artifact.classNames, task: artifact.task)
    return (report, store?.counts)
  }

  private func pictures(_ artifact: GraftModel) throws -> (PictureSet, [BadFile]) {
    switch (artifact.task, tags) {
    case (.singleLabel, nil):
      let photos = try ImageFolder(folder, classNames: artifact.classNames)
      return (.classes(photos.images), photos.badFiles)
    case (.multiLabel, let tags?):
      let table = try TagTable(tags, folder: folder, labelNames: artifact.classNames)
      return (.labels(table.images), table.badFiles)
    case (.multiLabel, nil):
      throw GraftError(
        .invalidArgument, "'\(model)' gives pictures any number of labels: say with --tags which they really have.")
    case (.singleLabel, _?):
      throw GraftError(
        .invalidArgument, "'\(model)' gives every picture one class: --tags is for models with several labels.")
    }
  }
}
