internal import ArgumentParser
internal import Foundation
internal import Graft

/// `graft train`
struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a new top on a frozen base with a folder of photos, then fine-tune the base if asked.",
    discussion: """
      The folder has one folder per class, or train/ and validation/ (and test/) folders with class folders in them. Every \
      file that cannot be read is found before the first step, and named; no file is ever changed. The model file is \
      written only when training has succeeded.

        graft train photos/ --base mobilenet-v2 -o flowers.graft
        graft train photos/ --base mobilenet-v2 --recipe best -o flowers.graft
        graft train photos/ --base dogs.h5 --epochs 10 --fine-tune-from block_13_expand --fine-tune-epochs 10 -o f.graft
        graft train photos/ --tags photos/tags.csv --base dogs.h5 --image-size 224 -o scenes.graft
        graft train photos/ --base mobilenet-v2 --precision int8 -o flowers.graft
        graft train photos/ --config flowers.yaml --json -o flowers.graft > report.json
      """)

  @Argument(help: "The folder of photos.")
  var folder: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The model file to write.", valueName: "model.graft"))
  var output: String

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  @OptionGroup(title: "Settings") var settings: SettingsOptions
  @OptionGroup(title: "Base") var base: BaseOptions
  @OptionGroup(title: "Pictures") var pictures: PictureOptions
  @OptionGroup(title: "Top") var head: HeadOptions
  @OptionGroup(title: "Training") var optimization: OptimizationOptions
  @OptionGroup(title: "Augmentation") var augmentation: AugmentationOptions
  @OptionGroup(title: "Fine-tuning") var fineTuning: FineTuningOptions
  @OptionGroup(title: "Watching") var watching: WatchOptions
  @OptionGroup(title: "Checkpoints") var checkpoints: CheckpointOptions
  @OptionGroup(title: "Cache") var cache: CacheOptions

  func validate() throws {
    if pictures.tags != nil, head.head == .linear {
      throw ValidationError("--head linear gives every picture one class; with --tags take dense.")
    }
    if pictures.tags != nil, optimization.classWeight != nil {
      throw ValidationError("--class-weight is for pictures with one class each, not for --tags.")
    }
    if head.head == .linear, try fineTuning.starts.isEmpty, settings.recipe == nil, let name = try epochOption {
      throw ValidationError("--\(name) needs training in epochs: --head dense, --head auto or --fine-tune-from.")
    }
  }

  /// An option that was given and that only training in epochs can follow.
  private var epochOption: String? {
    get throws {
      try [
        ("augment", !augmentation.augmentation.isEmpty), ("early-stopping", watching.earlyStopping != nil),
        ("reduce-on-plateau", watching.reduceOnPlateau != nil), ("csv-log", watching.csvLog != nil),
        ("tensorboard", watching.tensorboard != nil), ("label-smoothing", optimization.labelSmoothing != 0),
      ].first(where: \.1)?.0
    }
  }

  /// The kind of top in effect: what is given, else the one that `Benchmarks/accuracy` found to be the better choice, unless
  /// a linear top would leave options without effect.
  var headChoice: HeadOptions.Choice {
    get throws {
      if let choice = head.head { return choice }
      let endsWithTop = try fineTuning.starts.isEmpty
      let needsEpochs = try endsWithTop && epochOption != nil
      return pictures.tags != nil || needsEpochs ? .dense : .auto
    }
  }

  /// The settings in effect, of all options but those that say where results go.
  var effectiveSettings: [Setting] {
    get throws {
      let before: [any SettingsGroup] = [settings, base, pictures]
      let top = [Setting("head", try headChoice.rawValue), Setting("dense", head.dense)]
      let after: [any SettingsGroup] = [
        optimization, augmentation, fineTuning, watching, checkpoints, cache,
      ]
      return before.flatMap(\.settings) + top + after.flatMap(\.settings)
    }
  }

  func run() async throws {
    let command = self
    let report = try await Interrupt.guarding { try await TrainingRun(command).run() }
    if json { try Console.print(report.json) } else { Console.print(report.text) }
  }
}
