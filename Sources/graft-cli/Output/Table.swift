/// Columns that line up: names to the left, numbers to the right.
struct Table {
  private var rows: [[String]]
  private let leftColumns: Int

  /// Begins a table. The first `leftColumns` columns are aligned to the left.
  init(_ header: [String], leftColumns: Int = 1) {
    rows = [header]
    self.leftColumns = leftColumns
  }

  /// Adds a row of as many cells as the header has.
  mutating func add(_ row: [String]) { rows.append(row) }

  /// The table as lines.
  var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column < leftColumns ? cell + space : space + cell
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
