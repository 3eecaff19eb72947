internal import ArgumentParser
internal import Graft
internal import Testing

@testable internal import graft_cli

/// What options mean, without running anything.
@Suite struct OptionTests {
  private static func parsed(_ arguments: String...) throws -> OptimizationOptions {
    try OptimizationOptions.parse(arguments)
  }

  @Test("Optimizers are Keras's, with one rate, decay that spares biases, and one limit for all gradients")
  func optimizers() throws {
    func optimizer(_ arguments: String...) throws -> Optimizer {
      let options = try OptimizationOptions.parse(arguments)
      return options.optimizer(rate: options.rate, epochs: 3, pictures: 100)
    }
    #expect(try optimizer() == .adam(learningRate: 0.001, sparesBiasesAndNorms: true))
    #expect(try optimizer("--optimizer", "sgd") == .sgd(learningRate: 0.01, sparesBiasesAndNorms: true))
    #expect(
      try optimizer("--optimizer", "sgd", "--momentum", "0.9", "--learning-rate", "0.2", "--clip-norm", "1")
        == .sgd(learningRate: 0.2, momentum: 0.9, sparesBiasesAndNorms: true, globalClipNorm: 1))
    #expect(
      try optimizer("--optimizer", "adamw")
        == .adamW(learningRate: 0.001, weightDecay: 0.004, sparesBiasesAndNorms: true))
    #expect(
      try optimizer("--optimizer", "rmsprop", "--weight-decay", "0.1", "--average-weights", "0.9")
        == .rmsprop(
          learningRate: 0.001, weightDecay: 0.1, sparesBiasesAndNorms: true, useEMA: true, emaMomentum: 0.9))
  }

  @Test("Schedules stretch over the steps of a phase")
  func schedules() throws {
    // 100 pictures in batches of 32 are 4 steps per epoch.
    func rate(_ text: String) throws -> LearningRate {
      try Self.parsed("--schedule", text).optimizer(rate: 0.1, epochs: 5, pictures: 100).learningRate
    }
    #expect(try rate("constant") == 0.1)
    #expect(try rate("cosine") == .cosineDecay(0.1, decaySteps: 20))
    #expect(try rate("cosine:0.1") == .cosineDecay(0, decaySteps: 18, warmupTarget: 0.1, warmupSteps: 2))
    #expect(try rate("one-cycle") == .oneCycle(maximum: 0.1, steps: 20, rise: 0.3))
    #expect(try rate("one-cycle:0.5") == .oneCycle(maximum: 0.1, steps: 20, rise: 0.5))
    #expect(try rate("exponential:0.5") == .exponentialDecay(0.1, decaySteps: 20, decayRate: 0.5))
    #expect(
      try rate("step:2:0.3") == .exponentialDecay(0.1, decaySteps: 8, decayRate: 0.3, staircase: true))
    for text in ["cosine", "cosine:0.1", "one-cycle:0.3", "exponential:0.01", "step:2:0.1", "constant"] {
      #expect(try Self.parsed("--schedule", text).schedule.description == text)
    }
    for wrong in [
      "", "cosine:1", "cosine:x", "cosine:0:1", "exponential:0", "step", "step:0", "step:1:2", "constant:1",
    ] {
      #expect(RateSchedule(argument: wrong) == nil, "\(wrong)")
    }
  }

  @Test("Losses and class weights")
  func losses() throws {
    let options = try Self.parsed("--label-smoothing", "0.1", "--class-weight", "dark red=2,b=0.5")
    #expect(options.loss(.singleLabel) == .categoricalCrossentropy(labelSmoothing: 0.1))
    #expect(options.loss(.multiLabel) == .binaryCrossentropy(labelSmoothing: 0.1))
    #expect(options.classWeight?.weights == .byName(["dark red": 2, "b": 0.5]))
    #expect(ClassWeightChoice(argument: "balanced")?.weights == .balanced)
    for wrong in ["", "a", "a=", "=1", "a=x", "a=-1", "a=1,a=2", "a=1,"] {
      #expect(ClassWeightChoice(argument: wrong) == nil, "\(wrong)")
    }
  }

  @Test("Early stopping comes last and keeps the best weights; logs are a file per phase")
  func callbacks() throws {
    let options = try WatchOptions.parse([
      "--early-stopping", "3", "--reduce-on-plateau", "2", "--csv-log", "a.b/log.csv", "--tensorboard", "logs",
    ])
    let one = options.callbacks(phase: 1, of: 1)
    #expect(one.count == 4)
    #expect((one[0] as? CSVLogger)?.path == "a.b/log.csv")
    #expect((one[1] as? TensorBoard)?.folder == "logs")
    #expect(one[2] as? ReduceLROnPlateau == ReduceLROnPlateau(patience: 2))
    #expect(one[3] as? EarlyStopping == EarlyStopping(patience: 3, restoreBestWeights: true))
    let second = options.callbacks(phase: 2, of: 3)
    #expect((second[0] as? CSVLogger)?.path == "a.b/log-phase-2.csv")
    #expect((second[1] as? TensorBoard)?.folder == "logs/phase-2")
    let bare = try WatchOptions.parse(["--csv-log", "a.b/log"]).callbacks(phase: 2, of: 2)
    #expect((bare.first as? CSVLogger)?.path == "a.b/log-phase-2")
    #expect(try WatchOptions.parse([]).callbacks(phase: 1, of: 1).isEmpty)
  }

  @Test("Fine-tuning: numbers for each phase, or one for all")
  func fineTuning() throws {
    let options = try FineTuningOptions.parse([
      "--fine-tune-from", "b,0.5,a", "--fine-tune-epochs", "1,0,3", "--fine-tune-learning-rate", "1e-4",
      "--fine-tune-batch-norm", "train", "--fine-tune-rate-decay", "0.5",
    ])
    let plan = try options.plan(Self.parsed("--optimizer", "sgd"), pictures: 10)
    #expect(plan.phases.map(\.start) == [.layer("b"), .lastFraction(0.5), .layer("a")])
    #expect(plan.phases.map(\.epochs) == [1, 0, 3])
    #expect(plan.phases.allSatisfy { $0.optimizer == .sgd(learningRate: 1e-4, sparesBiasesAndNorms: true) })
    #expect(plan.batchNorm == .train && plan.rateDecay == 0.5)
    let plain = try FineTuningOptions.parse(["--fine-tune-from", "a"]).plan(Self.parsed(), pictures: 10)
    #expect(
      plain
        == FineTuningPlan([
          FineTuningPhase(
            from: "a", epochs: 10, optimizer: .adam(learningRate: 1e-5, sparesBiasesAndNorms: true))
        ]))
    #expect(try FineTuningOptions.parse(["--fine-tune-from", "none"]).plan(Self.parsed(), pictures: 1).phases.isEmpty)
  }

  @Test("Every option of train says what is in effect, but for those that say where the results go")
  func settings() throws {
    let names = try OptionNames(TrainCommand.self)
    let command = try TrainCommand.parse(["x", "--base", "b.h5", "-o", "m"])
    let known = Set(try command.effectiveSettings.map(\.name))
    #expect(names.options.subtracting(known) == ["output", "config", "write-config"])
    #expect(names.flags.subtracting(known) == ["json", "resume"])
    #expect(known.isSubset(of: names.options.union(names.flags)))
    #expect(names.nearest(to: "epoch") == "epochs")
  }

  @Test(
    "Heads are compared unless that could leave an option without effect",
    arguments: [
      ([], "auto"), (["--epochs", "3", "--dense", "8"], "auto"), (["--head", "linear"], "linear"),
      (["--augment", "light"], "dense"), (["--early-stopping", "3"], "dense"), (["--tags", "t.csv"], "dense"),
      (["--label-smoothing", "0.1"], "dense"), (["--augment", "light", "--head", "auto"], "auto"),
      (["--augment", "light", "--fine-tune-from", "a"], "auto"),
      (["--tags", "t.csv", "--fine-tune-from", "a"], "dense"),
    ])
  func heads(_ arguments: [String], _ head: String) throws {
    let command = try TrainCommand.parse(["x", "--base", "b.h5", "-o", "m"] + arguments)
    #expect(try command.headChoice.rawValue == head)
    #expect(try command.effectiveSettings.first { $0.name == "head" }?.value == head)
  }

  @Test("Options are found in a command line, however they are written")
  func given() throws {
    let names = try OptionNames(TrainCommand.self)
    let given = names.given(in: [
      "train", "x", "-om.graft", "--epochs=3", "--seed", "4", "--json", "--", "--dense", "1",
    ])
    #expect(given.keys.sorted() == ["epochs", "json", "output", "seed"])
    #expect(given["epochs"] == "3" && given["seed"] == "4")
  }
}
