internal import ArgumentParser
internal import Foundation
internal import Graft

/// What watches the training, and what it may change.
struct WatchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Ends a phase when the validation loss has not fallen for so many epochs, with its best weights.",
      valueName: "epochs"))
  var earlyStopping: Int?

  @Option(
    help: ArgumentHelp(
      "Takes a tenth of the rate when the validation loss has not fallen for so many epochs.", valueName: "epochs"))
  var reduceOnPlateau: Int?

  @Option(
    help: ArgumentHelp(
      "Writes every epoch's numbers; with several phases each has its own, FILE-phase-1.csv and so on.",
      valueName: "file.csv"))
  var csvLog: String?

  @Option(help: ArgumentHelp("Writes what TensorBoard shows; each of several phases is a run.", valueName: "folder"))
  var tensorboard: String?

  func validate() throws {
    for (name, patience) in [("early-stopping", earlyStopping), ("reduce-on-plateau", reduceOnPlateau)] {
      if let patience, patience < 1 {
        throw ValidationError("--\(name) must be at least 1. Received: \(patience).")
      }
    }
    if csvLog?.isEmpty == true { throw ValidationError("--csv-log needs the name of a file.") }
    if tensorboard?.isEmpty == true { throw ValidationError("--tensorboard needs the name of a folder.") }
  }

  /// What watches a phase.
  ///
  /// - Parameters:
  ///   - phase: Its number, from 1.
  ///   - count: How many there are.
  func callbacks(phase: Int, of count: Int) -> [any TrainingCallback] {
    var callbacks: [any TrainingCallback] = []
    if let csvLog { callbacks.append(CSVLogger(count == 1 ? csvLog : Self.path(csvLog, phase: phase))) }
    if let tensorboard {
      callbacks.append(TensorBoard(count == 1 ? tensorboard : "\(tensorboard)/phase-\(phase)"))
    }
    if let reduceOnPlateau { callbacks.append(ReduceLROnPlateau(patience: reduceOnPlateau)) }
    // The last: it has to see what the others decided.
    if let earlyStopping { callbacks.append(EarlyStopping(patience: earlyStopping, restoreBestWeights: true)) }
    return callbacks
  }

  /// `logs/run.csv` becomes `logs/run-phase-2.csv`.
  private static func path(_ path: String, phase: Int) -> String {
    let name = path.split(separator: "/").last ?? ""
    let ending = name.lastIndex(of: ".").map { String(name[$0...]) } ?? ""
    return path.dropLast(ending.count) + "-phase-\(phase)" + ending
  }
}

extension WatchOptions: SettingsGroup {
  var settings: [Setting] {
    [
      Setting("early-stopping", earlyStopping), Setting("reduce-on-plateau", reduceOnPlateau),
      Setting("csv-log", csvLog, .place), Setting("tensorboard", tensorboard, .place),
    ]
  }
}
