internal import Graft

/// The phases of a run, as far as it has come.
struct TrainingLog {
  /// A stretch of training with one optimizer and one set of trained layers.
  struct Phase {
    let name: String
    let trainableParameters: Int
    /// The epochs that are complete, counted from 1 in each phase.
    var records: [EpochRecord] = []
    /// What the whole phase came to; nil while it runs.
    var history: History?
  }

  var phases: [Phase] = []
  /// Epochs that are to run in all.
  var plannedEpochs = 0

  /// All epochs, counted from 1 over all phases, each with its phase's number.
  var records: [(phase: Int, record: EpochRecord)] {
    var result: [(phase: Int, record: EpochRecord)] = []
    for (index, phase) in phases.enumerated() {
      for record in phase.records {
        result.append(
          (
            index + 1,
            EpochRecord(epoch: result.count + 1, values: record.values, seconds: record.seconds)
          ))
      }
    }
    return result
  }

  /// The same as a model keeps them. Seconds differ from run to run; what is kept does not, so that equal runs give equal
  /// files.
  var timelessRecords: [EpochRecord] {
    records.map { EpochRecord(epoch: $0.record.epoch, values: $0.record.values, seconds: 0) }
  }

  var phaseRecords: [TrainingPhaseRecord] {
    phases.map {
      TrainingPhaseRecord(
        name: $0.name, epochs: $0.records.count, trainableParameters: $0.trainableParameters,
        stopReason: $0.history?.stopReason)
    }
  }

  /// What all phases came to together: times added up, results of the last one.
  var history: History {
    var result = phases.last?.history ?? History()
    result.epochs = records.map(\.record)
    result.extractionSeconds = phases.reduce(0) { $0 + ($1.history?.extractionSeconds ?? 0) }
    result.trainingSeconds = phases.reduce(0) { $0 + ($1.history?.trainingSeconds ?? 0) }
    return result
  }
}
