internal import GraftCore

/// What a table of tags says, before any picture is opened.
struct TagRows {
  struct Picture: Hashable {
    let path: String
    let labels: [Int]
  }

  private(set) var labelNames: [String] = []
  private(set) var pictures: [Picture] = []
  private let name: String

  /// - Parameters:
  ///   - name: What errors call the table.
  ///   - labelNames: The labels that may occur, in their order; nil for the table's own.
  init(_ bytes: [UInt8], name: String, labelNames wanted: [String]? = nil) throws(GraftError) {
    self.name = name
    let rows = try CSVReader.rows(bytes, name: name)
    let form = "Expected a first line of 'path,tags', or 'path' and a column for every tag"
    guard let header = rows.first else { throw GraftError(.invalidData, "'\(name)' is empty. \(form).") }
    let columns = header.cells.map(Self.trimmed)
    guard columns.count >= 2, columns[0] == "path" else {
      throw failure(header.line, "\(form). Received: \(columns.joined(separator: ","))")
    }
    let lists = columns == ["path", "tags"]
    if !lists { try checkColumns(header.line, Array(columns.dropFirst())) }
    let tags = try self.tags(rows.dropFirst(), columns, lists: lists)
    let own = lists ? Set(tags.joined()).sorted(by: scalarOrder) : Array(columns.dropFirst())
    labelNames = wanted ?? own
    guard !labelNames.isEmpty else { throw GraftError(.invalidData, "No picture of '\(name)' has a tag.") }
    guard rows.count > 1 else { throw GraftError(.invalidData, "'\(name)' names no pictures.") }
    if !lists, let other = own.first(where: { !labelNames.contains($0) }) {
      throw failure(header.line, unknown(other))
    }
    let indices = Dictionary(zip(labelNames, labelNames.indices)) { first, _ in first }
    var lines: [String: Int] = [:]
    for (row, own) in zip(rows.dropFirst(), tags) {
      let path = Self.trimmed(row.cells[0])
      guard !path.isEmpty else { throw failure(row.line, "the path is empty") }
      if let before = lines.updateValue(row.line, forKey: path) {
        throw failure(row.line, "'\(path)' has a row of its own on line \(before) already")
      }
      var labels: [Int] = []
      for tag in own {
        guard let index = indices[tag] else { throw failure(row.line, unknown(tag)) }
        labels.append(index)
      }
      pictures.append(Picture(path: path, labels: labels.sorted()))
    }
  }

  /// Each row's tags.
  private func tags(
    _ rows: ArraySlice<CSVReader.Row>, _ columns: [String], lists: Bool
  ) throws(GraftError) -> [[String]] {
    var result: [[String]] = []
    for row in rows {
      guard row.cells.count == columns.count else {
        throw failure(
          row.line, "expected \(columns.count) cells, as in the first line. Received: \(row.cells.count)")
      }
      result.append(lists ? try listed(row) : try marked(row, columns))
    }
    return result
  }

  private func listed(_ row: CSVReader.Row) throws(GraftError) -> [String] {
    let text = Self.trimmed(row.cells[1])
    if text.isEmpty { return [] }
    let tags = text.split(separator: "|", omittingEmptySubsequences: false).map { Self.trimmed(String($0)) }
    if tags.contains("") { throw failure(row.line, "a tag between bars is empty. Received: \(text)") }
    if Set(tags).count < tags.count { throw failure(row.line, "a tag is given twice. Received: \(text)") }
    return tags
  }

  private func marked(_ row: CSVReader.Row, _ columns: [String]) throws(GraftError) -> [String] {
    var tags: [String] = []
    for (column, cell) in zip(columns, row.cells).dropFirst() {
      switch Self.trimmed(cell) {
      case "1": tags.append(column)
      case "0": break
      default: throw failure(row.line, "expected 0 or 1 for the tag '\(column)'. Received: '\(cell)'")
      }
    }
    return tags
  }

  private func checkColumns(_ line: Int, _ columns: [String]) throws(GraftError) {
    if columns.contains("") { throw failure(line, "a column has no name") }
    var seen = Set<String>()
    for column in columns where !seen.insert(column).inserted {
      throw failure(line, "two columns are named '\(column)'")
    }
  }

  private func unknown(_ tag: String) -> String {
    "the tag '\(tag)' is none of the expected ones: \(labelNames.joined(separator: ", "))"
  }

  private func failure(_ line: Int, _ problem: String) -> GraftError {
    GraftError(.invalidData, "'\(name)', line \(line): \(problem).")
  }

  /// Without blanks at the ends.
  private static func trimmed(_ text: String) -> String {
    let blanks: Set<Character> = [" ", "\t"]
    return String(text.drop { blanks.contains($0) }.reversed().drop { blanks.contains($0) }.reversed())
  }
}
