package import GraftCore

/// What a foreign function makes of one value. It has no weights that training could change, and no gradient goes through it.
package struct ForeignOperation: Sendable, Hashable, CustomStringConvertible {
  package let function: any ForeignFunction
  /// The shape of the result for one sample.
  package let shape: Shape

  package init(_ function: any ForeignFunction, shape: Shape) {
    self.function = function
    self.shape = shape
  }

  package static func == (a: ForeignOperation, b: ForeignOperation) -> Bool {
    a.function.fingerprint == b.function.fingerprint && a.shape == b.shape
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(function.fingerprint)
    hasher.combine(shape)
  }

  /// What is kept with features that came of it.
  package var description: String { "foreign \(function.fingerprint) \(shape)" }
}
