internal import Foundation
internal import GraftCore

extension Model {
  /// The model as a table: every layer with its class, the shape of its result, its weights and what it is called on.
  ///
  /// Below the table stand the numbers of weights and their sizes, four bytes each. The text is that of Keras 3's
  /// `model.summary()`.
  ///
  /// ```swift
  /// try print(model.summary())
  /// ```
  ///
  /// - Parameters:
  ///   - width: The table's width in characters; by default 76, as Keras has it on a terminal of 80.
  ///   - showsTrainable: Adds a column that says `Y` or `N` of every layer with weights: Keras's `show_trainable`.
  /// - Throws: What went wrong when a layer was called; `GraftError.invalidArgument` if the width is too small.
  public func summary(width: Int? = nil, showsTrainable: Bool = false) throws -> String {
    try check()
    let width = width ?? 76
    let calls = ModelCalls(self)
    let isChain =
      self is Sequential
      || layers.allSatisfy { layer in
        let results = calls.results(of: layer)
        return results.count == 1 && results[0].inputs.count <= 1
      }
    var ends = isChain ? [0.45, 0.8, 1] : [0.3, 0.56, 0.74, 1]
    var columns: [(title: String, alignment: SummaryTable.Alignment)] = [
      ("Layer (type)", .left), ("Output Shape", .left), ("Param #", .right),
    ]
    if !isChain { columns.append(("Connected to", .left)) }
    if showsTrainable {
      ends = ends.map { $0 * 0.9 } + [1]
      columns.append(("Trainable", .center))
    }
    guard var table = SummaryTable(width: width, columns: zip(columns, ends).map { ($0.0, $0.1, $1) }) else {
      throw GraftError(.invalidArgument, "A summary of \(width) characters is too narrow; 76 are usual.")
    }
    for layer in layers where !(self is Sequential && layer is InputLayer) {
      let results = calls.results(of: layer)
      let shape = results.last?.shape.dimensions ?? []
      let connections = results.flatMap(\.inputs).map { "\($0.layer.name)[\(calls.index(of: $0))][0]" }
      var row = [
        "\(layer.name) (\(layer.className))", "(" + (["None"] + shape.map { "\($0)" }).joined(separator: ", ") + ")",
        layer.parameterCount.grouped,
      ]
      if !isChain { row.append(connections.isEmpty ? "-" : connections.joined(separator: ", ")) }
      if showsTrainable { row.append(layer.parameterCount == 0 ? "-" : layer.isTrainable ? "Y" : "N") }
      table.append(row)
    }
    func total(_ name: String, _ count: Int) -> String { " \(name) params: \(count.grouped) (\(count.weightSize))" }
    let count = parameterCount
    let trainable = trainableParameterCount
    return
      (["Model: \"\(name)\""] + table.lines + [
        total("Total", count), total("Trainable", trainable), total("Non-trainable", count - trainable),
      ]).joined(separator: "\n")
  }
}

extension Int {
  /// The number with commas between thousands.
  fileprivate var grouped: String {
    var digits = String(self)
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
      place -= 3
    }
    return digits
  }

  /// The memory of as many 32-bit weights: `1.59 MB`, in steps of 1024.
  fileprivate var weightSize: String {
    var size = Double(self) * 4
    var units = ["B", "KB", "MB", "GB", "TB", "PB"][...]
    while size >= 1024, units.count > 1 {
      size /= 1024
      units.removeFirst()
    }
    return String(format: "%.2f ", size) + (units.first ?? "")
  }
}
