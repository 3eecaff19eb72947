internal import GraftCore

/// Reads comma-separated values (RFC 4180), keeping the lines on which rows begin.
///
/// Cells may stand in double quotes and then hold commas, line breaks and doubled quotes. Lines end in LF or CR LF; empty
/// lines are skipped; a byte order mark at the beginning is, too.
struct CSVReader {
  struct Row: Hashable {
    /// Counted from 1.
    let line: Int
    let cells: [String]
  }

  private let bytes: [UInt8]
  private let name: String
  private var position = 0
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// All rows of a table.
  ///
  /// - Parameter name: What errors call the table.
  static func rows(_ bytes: [UInt8], name: String) throws(GraftError) -> [Row] {
    var reader = CSVReader(
      bytes: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes, name: name)
    var rows: [Row] = []
    while reader.position < reader.bytes.count {
      let row = try reader.row()
      if row.cells != [""] { rows.append(row) }
    }
    return rows
  }

  private init(bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
  }

  private mutating func row() throws(GraftError) -> Row {
    let first = line
    var cells = [try cell()]
    while position < bytes.count {
      switch bytes[position] {
      case Self.comma:
        position += 1
        cells.append(try cell())
      case Self.carriageReturn where position + 1 < bytes.count && bytes[position + 1] == Self.newline:
        position += 2
        line += 1
        return Row(line: first, cells: cells)
      case Self.newline:
        position += 1
        line += 1
        return Row(line: first, cells: cells)
      default: throw failure(line, "a closing quote must be followed by a comma or the end of the line")
      }
    }
    return Row(line: first, cells: cells)
  }

  private mutating func cell() throws(GraftError) -> String {
    let first = line
    var content: [UInt8] = []
    if position < bytes.count, bytes[position] == Self.quote {
      position += 1
      while true {
        guard position < bytes.count else { throw failure(first, "a quote is not closed") }
        let byte = bytes[position]
        position += 1
        if byte == Self.newline { line += 1 }
        if byte == Self.quote {
          guard position < bytes.count, bytes[position] == Self.quote else { break }
          position += 1
        }
        content.append(byte)
      }
    } else {
      while position < bytes.count, bytes[position] != Self.comma, bytes[position] != Self.newline {
        content.append(bytes[position])
        position += 1
      }
      // It belongs to the end of the line, where there is one.
      if content.last == Self.carriageReturn, position == bytes.count || bytes[position] == Self.newline {
        content.removeLast()
        if position < bytes.count { position -= 1 }
      }
      if content.contains(Self.quote) { throw failure(first, "a quote stands inside a cell that is not quoted") }
    }
    guard let text = String(validating: content, as: UTF8.self) else { throw failure(first, "the text is not UTF-8") }
    return text
  }

  private func failure(_ line: Int, _ problem: String) -> GraftError {
    GraftError(.invalidData, "'\(name)', line \(line): \(problem).")
  }
}
