internal import ArgumentParser
internal import Graft

/// `graft learning-rate`
struct LearningRateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learning-rate",
    abstract: "Look for a learning rate: one short training whose rate grows from step to step.",
    discussion: """
      Suggests the rate at which the loss falls most steeply, for the dense top on the frozen base, this optimizer and this \
      batch size.

        graft learning-rate photos/ --base mobilenet-v2 -o rates.png
      """)

  @Argument(help: "The folder of photos, with one folder per class.")
  var folder: String

  @OptionGroup(title: "Base") var base: BaseOptions

  @Option(help: ArgumentHelp("Units of the dense top's hidden layer; 0 for none.", valueName: "units"))
  var dense = 256

  @Option(help: ArgumentHelp("How weights follow their gradients: adam, adamw, sgd, rmsprop.", valueName: "rule"))
  var optimizer = OptimizationOptions.Rule.adam

  @Option(help: ArgumentHelp("Pictures per step.", valueName: "count"))
  var batchSize = 32

  @Option(help: ArgumentHelp("The first rate.", valueName: "rate"))
  var minimum = 1e-7

  @Option(help: ArgumentHelp("The last rate.", valueName: "rate"))
  var maximum = 10.0

  @Option(help: ArgumentHelp("Steps from the first rate to the last.", valueName: "count"))
  var steps = 100

  @Option(help: ArgumentHelp("Decides the order of pictures and the first weights.", valueName: "number"))
  var seed: UInt64 = 0

  @Option(name: .shortAndLong, help: ArgumentHelp("A plot to write.", valueName: "rates.png"))
  var output: String?

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    if !(0...65536).contains(dense) {
      throw ValidationError("--dense must lie between 0 and 65536. Received: \(dense).")
    }
    if batchSize < 1 { throw ValidationError("--batch-size must be at least 1. Received: \(batchSize).") }
    if !(minimum > 0 && minimum < maximum && maximum.isFinite) {
      throw ValidationError(
        "--minimum must be above 0 and below --maximum. Received: \(minimum) and \(maximum).")
    }
    if !(10...100_000).contains(steps) {
      throw ValidationError("--steps must lie between 10 and 100000. Received: \(steps).")
    }
  }

  func run() async throws {
    let command = self
    let finding = try await Interrupt.guarding { try await command.search() }
    guard json else {
      Console.print(finding.text)
      if let output { Console.print("The plot is in \(output).") }
      return
    }
    try Console.print([
      "suggestion": finding.suggestion.map { .number($0) } ?? .null, "diverged": .bool(finding.hasDiverged),
      "output": output.map { .string($0) } ?? .null,
      "points": .array(
        finding.points.map {
          [
            "learning_rate": .number($0.learningRate), "loss": .number($0.loss),
            "smoothed_loss": .number($0.smoothedLoss),
          ]
        }),
    ])
  }

  private func search() async throws -> LearningRateFinding {
    if let output { _ = try OutputPath(output) }
    try base.checkExists()
    let photos = try ImageFolder(ImageFolder.detectSplits(folder)?.train ?? folder)
    try BadFileCheck.check(photos.badFiles, maximum: 0)
    let network = try await base.network()
    _ = try await base.quantize(network, on: photos.images.files.map(\.path))
    RandomSeed.current = seed
    let model = try HeadLayers(units: dense, classes: photos.images.classNames.count, base: network.model)
      .model(on: network.model)
    let rule: Optimizer =
      switch optimizer {
      case .adam: .adam()
      case .adamw: .adamW(sparesBiasesAndNorms: true)
      case .sgd: .sgd()
      case .rmsprop: .rmsprop()
      }
    try model.compile(optimizer: rule, loss: .categoricalCrossentropy, metrics: [])
    let finding = try await model.findLearningRate(
      on: photos.images, minimum: minimum, maximum: maximum, steps: steps, batchSize: batchSize, seed: seed,
      fit: base.fit)
    if let output { try finding.plot().writePNG(to: output) }
    return finding
  }
}
