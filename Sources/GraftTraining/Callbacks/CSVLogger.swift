internal import Foundation
public import GraftCore

/// Writes every epoch's values to a CSV file as they come: keras.callbacks.CSVLogger.
///
/// Keras's file, byte for byte: the columns are `epoch`, which counts from 0, and the first epoch's values in the order
/// of their names; without validation, empty `val_` columns follow, and what an epoch lacks is `NA`. Lines end in CR LF.
///
/// A resumed run first cuts off what an interrupted one wrote after its checkpoint.
///
/// ```swift
/// CSVLogger("run/log.csv")
/// ```
public struct CSVLogger: TrainingCallback, Hashable {
  /// Where the file is written.
  public let path: String
  /// What stands between values.
  public let separator: String
  /// Whether lines are added to a file that is there; if not, it is replaced.
  public let appends: Bool

  private let file: AppendedFile
  private var columns: [String]?
  private var writesHeader = true
  private var byteCount = 0

  /// Makes the callback. Missing folders are made when the run begins.
  public init(_ path: String, separator: String = ",", append: Bool = false) {
    self.path = path
    self.separator = separator
    appends = append
    file = AppendedFile(path: path)
  }

  /// Makes the file, or gets it ready to be continued.
  public mutating func trainingWillBegin(_ run: TrainingRunDescription) throws {
    if run.isResumed, let count = file.count, count >= byteCount { return try file.truncate(to: byteCount) }
    columns = nil
    if appends, let count = file.count {
      (writesHeader, byteCount) = (count == 0, count)
    } else {
      try file.create()
      (writesHeader, byteCount) = (true, 0)
    }
  }

  /// Writes a line.
  ///
  /// - Throws: `GraftError.writeFailed`.
  public mutating func epochDidEnd(_ record: EpochRecord, _ control: inout TrainingControl) throws {
    var text = ""
    let columns = self.columns ?? Self.columns(record)
    if self.columns == nil {
      self.columns = columns
      if writesHeader { text += line(["epoch"] + columns) }
    }
    text += line(["\(record.epoch - 1)"] + columns.map { name in record.values[name].map { "\($0)" } ?? "NA" })
    let bytes = Array(text.utf8)
    try file.append(bytes)
    byteCount += bytes.count
  }

  private static func columns(_ record: EpochRecord) -> [String] {
    let names = record.values.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return names.contains { $0.hasPrefix("val_") } ? names : names + names.map { "val_" + $0 }
  }

  private func line(_ cells: [String]) -> String {
    cells.map { cell in
      cell.contains(separator) || cell.contains("\"") ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
    }.joined(separator: separator) + "\r\n"
  }

  /// The columns, and how much of the file is written.
  public var state: JSONValue {
    [
      "columns": columns.map { .array($0.map { .string($0) }) } ?? .null, "byte_count": .int(byteCount),
      "writes_header": .bool(writesHeader),
    ]
  }

  /// Goes on with the same columns.
  public mutating func restore(_ state: JSONValue) throws {
    guard let columns = state["columns"], columns.isNull || columns.array != nil,
      let byteCount = state["byte_count"]?.int, let writesHeader = state["writes_header"]?.bool
    else {
      throw GraftError(
        .corrupt, "CSVLogger's state needs 'columns', 'byte_count' and 'writes_header'. Received: \(state).")
    }
    self.columns = columns.array?.compactMap(\.string)
    self.byteCount = byteCount
    self.writesHeader = writesHeader
  }
}
