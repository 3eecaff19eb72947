import Foundation
import GraftCore
import GraftTestSupport
import Testing

@testable import GraftTraining

/// Early stopping and plateaus, epoch by epoch as Keras's callbacks decide, also when a run is resumed in the middle.
@Suite struct CallbackGoldenTests {
  struct Arguments: Decodable {
    let patience: Int?
    let restoreBestWeights: Bool?
    let minDelta: Double?
    let baseline: Double?
    let startFromEpoch: Int?
    let mode: String?
    let factor: Double?
    let cooldown: Int?
    let minLr: Double?
  }

  struct Parameters: Decodable {
    let monitor: String
    let values: [Double]
    let arguments: Arguments
    let epochsRun: Int?
    let stopped: Bool?
    let weightsOfEpoch: Int?
    let initialLearningRate: Float?
  }

  static let stoppingCases = [
    "accuracy_auto", "accuracy_max", "baseline", "baseline_reached", "defaults", "loss_max", "min_delta",
    "near_float32", "patience", "patience_3", "restore_without_stop", "start_from_epoch",
  ]
  static let plateauCases = ["accuracy", "accuracy_min", "cooldown", "defaults", "min_delta", "minimum", "patience"]

  @Test func everyCaseIsListed() throws {
    #expect(
      try GoldenFile.cases(in: "callbacks")
        == Self.stoppingCases.map { "callbacks/early_stopping_\($0)" }
        + Self.plateauCases.map { "callbacks/reduce_on_plateau_\($0)" })
  }

  private func earlyStopping(_ parameters: Parameters) -> EarlyStopping {
    let arguments = parameters.arguments
    return EarlyStopping(
      monitor: parameters.monitor, minimumDelta: arguments.minDelta ?? 0, patience: arguments.patience ?? 0,
      mode: arguments.mode.flatMap(MonitorMode.init) ?? .auto, baseline: arguments.baseline,
      restoreBestWeights: arguments.restoreBestWeights ?? false, startFromEpoch: arguments.startFromEpoch ?? 0)
  }

  /// - Parameter resumed: Whether every epoch is played to a new callback that got the old one's state.
  @Test(arguments: stoppingCases, [false, true]) func stopsWhereKerasStops(_ name: String, resumed: Bool) throws {
    let golden = try GoldenFile("callbacks/early_stopping_\(name)")
    let parameters = try golden.parameters(Parameters.self)
    let (wait, best) = (try golden.tensor("wait").elements, try golden.tensor("best").elements)
    var run = try CallbackRun(earlyStopping(parameters), epochCount: parameters.values.count)
    for (epoch, value) in parameters.values.enumerated() {
      try run.epoch([parameters.monitor: value])
      #expect(run.callback.wait == Int(wait[epoch]), "epoch \(epoch)")
      #expect(Float(run.callback.best ?? -1) == best[epoch], "epoch \(epoch)")
      if run.stopReason != nil { break }
      guard resumed else { continue }
      var other = earlyStopping(parameters)
      try other.restore(JSONValue(parsing: run.callback.state.serialized()))
      other.trainingWillBegin(
        TrainingRunDescription(
          epochCount: run.epochCount, batchCount: 4, batchSize: 8, trainCount: 30, validationCount: 10,
          completedEpochs: epoch + 1))
      #expect(other == run.callback)
      run.callback = other
    }
    #expect(run.epoch == parameters.epochsRun)
    #expect((run.stopReason != nil) == parameters.stopped)
    #expect(run.weightsOfEpoch == parameters.weightsOfEpoch)
  }

  private func plateau(_ parameters: Parameters) -> ReduceLROnPlateau {
    let arguments = parameters.arguments
    return ReduceLROnPlateau(
      monitor: parameters.monitor, factor: arguments.factor ?? 0.1, patience: arguments.patience ?? 10,
      mode: arguments.mode.flatMap(MonitorMode.init) ?? .auto, minimumDelta: arguments.minDelta ?? 1e-4,
      cooldown: arguments.cooldown ?? 0, minimumLearningRate: arguments.minLr ?? 0)
  }

  @Test(arguments: plateauCases, [false, true]) func reducesWhereKerasReduces(_ name: String, resumed: Bool) throws {
    let golden = try GoldenFile("callbacks/reduce_on_plateau_\(name)")
    let parameters = try golden.parameters(Parameters.self)
    let (wait, cooldown) = (try golden.tensor("wait").elements, try golden.tensor("cooldown").elements)
    var run = try CallbackRun(
      plateau(parameters), epochCount: parameters.values.count,
      learningRate: try #require(parameters.initialLearningRate))
    var rates: [Float] = []
    for (epoch, value) in parameters.values.enumerated() {
      try run.epoch([parameters.monitor: value])
      rates.append(run.learningRate)
      #expect(run.callback.wait == Int(wait[epoch]), "epoch \(epoch)")
      #expect(run.callback.cooldownLeft == Int(cooldown[epoch]), "epoch \(epoch)")
      guard resumed else { continue }
      var other = plateau(parameters)
      try other.restore(JSONValue(parsing: run.callback.state.serialized()))
      try other.trainingWillBegin(
        TrainingRunDescription(
          epochCount: run.epochCount, batchCount: 4, batchSize: 8, trainCount: 30, validationCount: 10,
          completedEpochs: epoch + 1))
      #expect(other == run.callback)
      run.callback = other
    }
    // Keras rounds the rate after every change, we the factor of the schedule.
    #expect(Tensor(rates).mismatch(try golden.tensor("learning_rate"), rtol: 1e-6) == nil)
    #expect(Set(rates).count > 1)
  }

  @Test func anotherCallbacksEndIsAnEnd() throws {
    var callback = EarlyStopping(patience: 9, restoreBestWeights: true)
    func control() -> TrainingControl {
      TrainingControl(learningRateScale: 1, scheduledLearningRate: 0.1, iterations: 0)
    }
    var first = control()
    try callback.epochDidEnd(EpochRecord(epoch: 1, values: ["val_loss": 0.5], seconds: 0), &first)
    #expect(first.takeWeightRequest() == .keep)
    var second = control()
    second.stop("enough")
    try callback.epochDidEnd(EpochRecord(epoch: 2, values: ["val_loss": 0.75], seconds: 0), &second)
    #expect(second.takeWeightRequest() == .restore)
  }

  @Test func unknownNamesAreTold() throws {
    func failure(_ callback: some TrainingCallback, _ values: [String: Double]) -> GraftError? {
      do {
        var run = try CallbackRun(callback, epochCount: 3)
        try run.epoch(values)
        return nil
      } catch { return error as? GraftError }
    }
    let missing = failure(EarlyStopping(), ["loss": 1, "accuracy": 0.5])
    #expect(missing?.code == .invalidArgument)
    #expect(missing?.message.contains("'val_loss'") == true)
    #expect(missing?.message.contains("accuracy, loss") == true)
    let direction = failure(ReduceLROnPlateau(monitor: "val_mystery"), ["val_mystery": 1])
    #expect(direction?.message.contains("mode") == true)
    #expect(failure(ReduceLROnPlateau(monitor: "val_mystery", mode: .max), ["val_mystery": 1]) == nil)
    #expect(failure(ReduceLROnPlateau(factor: 1), ["val_loss": 1])?.message.contains("(0, 1)") == true)
    var stopping = EarlyStopping()
    #expect(throws: GraftError.self) { try stopping.restore(["wait": 1]) }
    var plateau = ReduceLROnPlateau()
    #expect(throws: GraftError.self) { try plateau.restore(nil) }
  }

  /// Every metric's name tells which way it gets better.
  @Test func directionsFollowFromNames() throws {
    let metrics: [Metric] = [
      .accuracy, .topKAccuracy(3), .binaryAccuracy(threshold: 0.25), .precision(.only(2)), .recall(.weighted), .f1(),
      .areaUnderROC, .calibrationError,
    ]
    for metric in metrics {
      for name in [metric.name, "val_" + metric.name] {
        let monitor = Monitor(name: name, mode: .auto, minimumDelta: 0)
        #expect(try monitor.isImprovement(0.75, over: 0.5) == metric.isBetterWhenLarger, "\(name)")
        #expect(try monitor.isImprovement(0.25, over: 0.5) == !metric.isBetterWhenLarger, "\(name)")
      }
    }
    #expect(try Monitor(name: "val_loss", mode: .auto, minimumDelta: 0).isImprovement(0.25, over: 0.5))
  }
}
