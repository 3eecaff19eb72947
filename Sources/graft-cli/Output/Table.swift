/// Columns that line up.
struct Table {
  private var rows: [[String]]
  private let isLeft: (_ column: Int) -> Bool

  /// Begins a table with a header: the first `leftColumns` columns are names, the others numbers.
  init(_ header: [String], leftColumns: Int = 1) {
    rows = [header]
    isLeft = { $0 < leftColumns }
  }

  /// Begins a table without a header: a name, then pairs of a name and a number.
  init() {
    rows = []
    isLeft = { $0 == 0 || !$0.isMultiple(of: 2) }
  }

  /// Whether there are no rows.
  var isEmpty: Bool { rows.isEmpty }

  /// Adds a row of as many cells as the others have.
  mutating func add(_ row: [String]) { rows.append(row) }

  /// The table as lines.
  var text: String {
    guard let columns = rows.first?.indices else { return "" }
    let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return isLeft(column) ? cell + space : space + cell
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
