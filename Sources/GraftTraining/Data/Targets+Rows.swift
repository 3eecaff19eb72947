internal import GraftCore

extension Targets {
  /// Rows that are in the form of a loss already.
  init(rows: Tensor) { tensor = rows }
}
