internal import Foundation
internal import Graft

/// What a training run came to, in words and as JSON.
struct TrainingReport: Sendable {
  private let path: String
  private let source: String
  private let cut: String
  private let weightsDigest: String?
  private let classNames: [String]
  private let counts: [String: [Int]]
  private let warnings: [String]
  private let task: ClassificationTask
  private let history: History
  private let quantization: Quantization?
  private let head: JSONValue
  private let phaseNumbers: [Int]
  private let phases: [TrainingPhaseRecord]
  private let recipe: Recipe?
  private let features: FeatureStore.Counts?
  private let scanSeconds: Double
  private let totalSeconds: Double

  init(
    path: String, base: BaseNetwork, photos: TrainingPhotos, quantization: Quantization?, head: HeadChoice,
    log: TrainingLog, recipe: Recipe?, features: FeatureStore.Counts?, scanSeconds: Double, totalSeconds: Double
  ) {
    self.path = path
    source = base.source
    cut = base.cut
    self.quantization = quantization
    weightsDigest = base.weightsDigest
    classNames = photos.classNames
    var counts = ["train": photos.train.counts, "validation": photos.validation.counts]
    if let test = photos.test { counts["test"] = test.counts }
    self.counts = counts
    warnings = photos.warnings
    task = photos.task
    var history = log.history
    history.badFiles = photos.badFiles + history.badFiles
    self.history = history
    self.head = head.json
    phaseNumbers = log.records.map(\.phase)
    phases = log.phaseRecords
    self.recipe = recipe
    self.features = features
    self.scanSeconds = scanSeconds
    self.totalSeconds = totalSeconds
  }

  private var last: [String: Double] { history.epochs.last?.values ?? [:] }
  private func value(_ name: String) -> Double { last[name] ?? .nan }
  /// With the weights that are kept: early stopping may have gone back from the last epoch.
  private var validationAccuracy: Double { history.validation?.accuracy ?? value("val_accuracy") }
  private var validationLoss: Double { history.validation?.loss ?? value("val_loss") }

  var text: String {
    var lines = [""]
    if !history.badFiles.isEmpty {
      lines.append("set aside, unreadable:")
      lines += history.badFiles.map { "  \($0)" } + [""]
    }
    lines.append(
      "training    accuracy \(value("accuracy").percent), loss \(value("loss").decimals(4)) (last epoch)")
    lines.append("validation  accuracy \(validationAccuracy.percent), loss \(validationLoss.decimals(4))")
    if phases.count > 1 { lines += ["", phaseTable] }
    if let test = history.test {
      lines += ["", "test: " + evaluation(test).text]
    } else if let validation = history.validation {
      lines += ["", evaluation(validation).tables]
    }
    lines += [
      "",
      "model       \(path) (\(size) MB)",
      """
      time        \(totalSeconds.decimals(1)) s: scan \(scanSeconds.decimals(2)), decoding and features \
      \(history.extractionSeconds.decimals(2)), training \(history.trainingSeconds.decimals(2))
      """,
    ]
    if let features, features.known > 0 { lines.append("features    \(features.text)") }
    lines.append("next        \(hint)")
    return lines.joined(separator: "\n")
  }

  private func evaluation(_ evaluation: Evaluation) -> EvaluationReport {
    EvaluationReport(evaluation: evaluation, classNames: classNames, task: task)
  }

  /// Each phase with the last of its epochs.
  private var phaseTable: String {
    var table = Table(["phase", "epochs", "trained weights", "accuracy", "val. loss", "val. accuracy"])
    for (index, phase) in phases.enumerated() {
      let values = phaseNumbers.lastIndex(of: index + 1).map { history.epochs[$0].values } ?? [:]
      table.add([
        "\(index + 1) \(phase.name)", "\(phase.epochs)", phase.trainableParameters.grouped,
        (values["accuracy"] ?? .nan).percent, (values["val_loss"] ?? .nan).decimals(4),
        (values["val_accuracy"] ?? .nan).percent,
      ])
    }
    return table.text
  }

  private var size: String {
    let bytes = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    return (Double(bytes) / 1e6).decimals(1)
  }

  /// What usually helps most, by how the run went.
  private var hint: String {
    let accuracy = validationAccuracy
    let best = history["val_accuracy"].max() ?? accuracy
    let smallest = (counts["train"] ?? []).min() ?? 0
    if history.epochs.count > 1, history["loss"].last ?? 0 > 0.8 * (history["loss"].dropLast().last ?? 0),
      accuracy < 0.6
    {
      return "the loss hardly falls: try another --learning-rate, or a base that was trained on pictures like yours"
    }
    if smallest < 50, accuracy < 0.95 {
      return "more pictures of the rare classes; the smallest has \(smallest) to train on"
    }
    if value("accuracy") - accuracy > 0.1 {
      return "training is far ahead of validation: more pictures, fewer --epochs or a smaller --dense"
    }
    if best - accuracy > 0.02 { return "validation was better earlier (\(best.percent)): fewer --epochs" }
    if value("accuracy") < 0.95 { return "more --epochs: training accuracy still has room" }
    return "graft predict \(path) YOUR.jpg"
  }

  var json: JSONValue {
    var document: [String: JSONValue] = [
      "model": .string(path), "base": .string(source), "cut": .string(cut),
      "base_sha256": weightsDigest.map { .string($0) } ?? .null,
      "classes": .array(classNames.map { .string($0) }),
      "counts": .object(
        counts.mapValues { counts in
          .object(
            Dictionary(uniqueKeysWithValues: zip(classNames, counts.map { .int($0) }))
          )
        }),
      "history": .array(
        history.epochs.map { record in
          .object(
            record.values.mapValues { .number($0) }.merging(
              [
                "epoch": .int(record.epoch), "phase": .int(phaseNumbers[record.epoch - 1]),
                "seconds": .number(record.seconds),
              ], uniquingKeysWith: { $1 }))
        }),
      "task": .string(task.rawValue), "head": head, "recipe": recipe.map { .string($0.rawValue) } ?? .null,
      "phases": .array(
        phases.map {
          [
            "name": .string($0.name), "epochs": .int($0.epochs), "trained_weights": .int($0.trainableParameters),
            "stop_reason": $0.stopReason.map { .string($0) } ?? .null,
          ]
        }),
      "loss": .number(value("loss")), "accuracy": .number(value("accuracy")),
      "validation_loss": .number(validationLoss), "validation_accuracy": .number(validationAccuracy),
      "features": features?.json ?? .null,
      "set_aside": JSONValue(history.badFiles), "warnings": .array(warnings.map { .string($0) }),
      "used": [
        "train": .int(history.trainCount), "validation": .int(history.validationCount),
        "test": history.test.map { .int($0.count) } ?? .null,
      ],
      "seconds": [
        "scan": .number(scanSeconds), "features": .number(history.extractionSeconds),
        "training": .number(history.trainingSeconds), "total": .number(totalSeconds),
      ],
      "graft_version": .string(GraftVersion.current),
      "precision": .string((quantization == nil ? Precision.float32 : .int8).rawValue),
    ]
    if let quantization { document["quantization"] = quantization.json }
    if let validation = history.validation {
      document["validation"] = evaluation(validation).json
    }
    if let test = history.test {
      document["test_loss"] = .number(test.loss)
      document["test_accuracy"] = .number(test.accuracy)
      document["test"] = evaluation(test).json
    }
    return .object(document)
  }
}
