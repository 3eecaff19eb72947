internal import ArgumentParser
internal import Foundation
internal import Graft

/// `graft train`
struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a new top on a frozen base with a folder of photos.",
    discussion: """
      The folder has one folder per class, or train/ and validation/ (and test/) folders with class folders in them. Every \
      file that cannot be read is found before the first step, and named; no file is ever changed. The model file is \
      written only when training has succeeded.

        graft train photos/ --base mobilenet-v2 -o flowers.graft
        graft train photos/ --base dogs.h5 --image-size 224 --epochs 20 --test test-photos/ -o flowers.graft
        graft train photos/ --base dogs.h5 --json -o flowers.graft > report.json
      """)

  @Argument(help: "The folder of photos.")
  var folder: String

  @OptionGroup var base: BaseOptions

  @Option(help: ArgumentHelp("Units of the hidden layer of the new top; 0 for none.", valueName: "units"))
  var dense = 256

  @Option(help: ArgumentHelp("How often every picture is seen.", valueName: "count"))
  var epochs = 10

  @Option(help: ArgumentHelp("Pictures per step.", valueName: "count"))
  var batchSize = 32

  @Option(help: ArgumentHelp("Adam's step size.", valueName: "rate"))
  var learningRate: Float = 1e-3

  @Option(help: ArgumentHelp("The share of pictures that is only watched (default: 0.2).", valueName: "share"))
  var validationSplit: Double?

  @Option(help: ArgumentHelp("A folder of pictures that are only watched.", valueName: "folder"))
  var validation: String?

  @Option(help: ArgumentHelp("A folder of pictures that are looked at once, at the end.", valueName: "folder"))
  var test: String?

  @Option(help: ArgumentHelp("Decides splits, orders and first weights.", valueName: "number"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("How many unreadable files are set aside before it is an error.", valueName: "count"))
  var maxBad = 0

  @Option(name: .shortAndLong, help: ArgumentHelp("The model file to write.", valueName: "model.graft"))
  var output: String

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func validate() throws {
    if validation != nil, validationSplit != nil {
      throw ValidationError("Give either --validation or --validation-split, not both.")
    }
    if let validationSplit, !(validationSplit > 0 && validationSplit < 1) {
      throw ValidationError("--validation-split must lie between 0 and 1. Received: \(validationSplit).")
    }
    if dense < 0 { throw ValidationError("--dense must be at least 0. Received: \(dense).") }
    if epochs < 1 { throw ValidationError("--epochs must be at least 1. Received: \(epochs).") }
    if batchSize < 1 { throw ValidationError("--batch-size must be at least 1. Received: \(batchSize).") }
    if maxBad < 0 { throw ValidationError("--max-bad must be at least 0. Received: \(maxBad).") }
    if !(learningRate > 0 && learningRate.isFinite) {
      throw ValidationError("--learning-rate must be a positive number. Received: \(learningRate).")
    }
  }

  func run() async throws {
    let command = self
    let report = try await Interrupt.guarding { try await TrainingRun(command).run() }
    if json { try Console.print(report.json) } else { Console.print(report.text) }
  }
}
