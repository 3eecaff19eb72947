internal import GraftCore

/// How a value is repeated along the axes in which it has the length 1, row by row of the last axis.
struct Repetition: Sendable {
  /// For every row of the large value the row of the small one; for one sample.
  let rows: [Int]
  /// Length of the large value's rows.
  let columns: Int
  /// Length of the small value's rows: the same, or 1.
  let smallColumns: Int
  /// Elements of one sample of the small value.
  let smallCount: Int

  /// - Parameters:
  ///   - small: The shape of one sample of what is repeated.
  ///   - large: The shape of one sample of the result.
  init(of small: Shape, to large: Shape) {
    columns = large.rank == 0 ? 1 : large[-1]
    smallColumns = small.rank == 0 ? 1 : small[-1]
    smallCount = small.count
    var rows = [0]
    for (length, smallLength) in zip(large.dimensions.dropLast(), small.dimensions.dropLast()) {
      rows = rows.flatMap { row in (0..<length).map { row * smallLength + (smallLength == 1 ? 0 : $0) } }
    }
    self.rows = rows
  }

  /// Whether nothing is repeated.
  var isIdentity: Bool { smallCount == rows.count * columns }
}
