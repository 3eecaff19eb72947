public import GraftCore

/// Writes a large `float32` array to `.npy` row by row, so that it never lies in memory as a whole.
///
/// The number of rows is known at the start. The file appears only with `finish`; a writer that goes out of scope without
/// it leaves nothing behind.
///
/// ```swift
/// let writer = try NPYRowWriter(path: "features.npy", rowCount: 1000, rowShape: [1280])
/// for batch in batches { try writer.append(batch) }
/// try writer.finish()
/// ```
public final class NPYRowWriter {
  /// The number of rows that the file will have.
  public let rowCount: Int
  /// The shape of each row.
  public let rowShape: Shape
  /// The number of rows written so far.
  public private(set) var writtenCount = 0
  private let file: AtomicFile

  /// Starts a file of shape `rowCount` × `rowShape`. Throws `.writeFailed`, or `.invalidArgument` for a negative count.
  public init(path: String, rowCount: Int, rowShape: Shape) throws {
    guard rowCount >= 0 else {
      throw GraftError(.invalidArgument, "Expected a number of rows of at least 0, received \(rowCount).")
    }
    self.rowCount = rowCount
    self.rowShape = rowShape
    file = try AtomicFile(replacing: path)
    try file.write(NPYHeader.bytes(descr: "<f4", shape: rowShape.prepending(rowCount)))
  }

  /// Appends rows: a tensor of shape `n` × `rowShape`.
  ///
  /// Throws `.shapeMismatch` for other shapes or more rows than announced, `.writeFailed` if the disk refuses.
  public func append(_ rows: Tensor) throws {
    guard rows.shape.rank == rowShape.rank + 1, rows.shape.droppingFirst == rowShape,
      rows.shape[0] <= rowCount - writtenCount
    else {
      throw GraftError(
        .shapeMismatch,
        "Expected at most \(rowCount - writtenCount) more rows of shape \(rowShape), received a tensor \(rows.shape).")
    }
    try rows.withUnsafeBufferPointer { try file.write(UnsafeRawBufferPointer($0)) }
    writtenCount += rows.shape[0]
  }

  /// Puts the file in its place; throws `.shapeMismatch` if rows are missing, `.writeFailed` if the disk refuses.
  public func finish() throws {
    guard writtenCount == rowCount else {
      throw GraftError(.shapeMismatch, "Expected \(rowCount) rows before the end, received \(writtenCount).")
    }
    try file.commit()
  }
}
