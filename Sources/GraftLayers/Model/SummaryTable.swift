/// A table of text with borders, laid out as the library rich does it, which Keras prints summaries with.
struct SummaryTable {
  /// Where a cell's text stands in its column.
  enum Alignment { case left, center, right }

  struct Column {
    let title: String
    let alignment: Alignment
    let width: Int
  }

  private let columns: [Column]
  private(set) var rows: [[String]] = []

  /// Makes a table of a total width whose columns end at the given parts of it; nil if a column would be too narrow.
  init?(width: Int, columns: [(title: String, alignment: Alignment, end: Double)]) {
    var ends = columns.map { Int($0.end * Double(width)) }
    ends.insert(0, at: 0)
    let wanted = zip(ends.dropFirst(), ends).map { $0 - $1 }
    guard wanted.allSatisfy({ $0 >= 4 }) else { return nil }
    // Padding and borders come on top of what is wanted; rich takes the excess off all columns alike.
    var excess = 3 * columns.count + 1
    self.columns = zip(columns, wanted).enumerated().map { index, pair in
      let share = Int((Double(excess) / Double(columns.count - index)).rounded(.toNearestOrEven))
      excess -= share
      return Column(title: pair.0.title, alignment: pair.0.alignment, width: max(pair.1 - share, 1))
    }
  }

  mutating func append(_ row: [String]) { rows.append(row) }

  /// The lines of the table.
  var lines: [String] {
    var result = [border("┏", "━", "┳", "┓")]
    result += render(columns.map(\.title), bar: "┃")
    result.append(border("┡", "━", "╇", "┩"))
    for (index, row) in rows.enumerated() {
      if index > 0 { result.append(border("├", "─", "┼", "┤")) }
      result += render(row, bar: "│")
    }
    result.append(border("└", "─", "┴", "┘"))
    return result
  }

  private func border(_ left: String, _ line: String, _ cross: String, _ right: String) -> String {
    left + columns.map { String(repeating: line, count: $0.width + 2) }.joined(separator: cross) + right
  }

  private func render(_ cells: [String], bar: String) -> [String] {
    let wrapped = zip(cells, columns).map { Self.wrap($0, width: $1.width) }
    return (0..<(wrapped.map(\.count).max() ?? 0)).map { line in
      let texts = zip(wrapped, columns).map { cell, column in
        let text = line < cell.count ? cell[line] : ""
        let blank = String(repeating: " ", count: column.width - text.count)
        switch column.alignment {
        case .left: return text + blank
        case .center: return blank.prefix(blank.count / 2) + text + blank.dropFirst(blank.count / 2)
        case .right: return blank + text
        }
      }
      return "\(bar) " + texts.joined(separator: " \(bar) ") + " \(bar)"
    }
  }

  /// Breaks a text between words; a word that is wider than the column is cut and ends in an ellipsis.
  static func wrap(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let line = lines.last, line.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(line) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines.map { $0.count > width ? $0.prefix(width - 1) + "…" : $0 }
  }
}
