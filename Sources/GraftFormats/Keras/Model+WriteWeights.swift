internal import GraftCore
public import GraftLayers

extension Model {
  /// Writes the present weights as Keras 3 does in `save_weights("x.weights.h5")`.
  ///
  /// Keras's `load_weights` reads them into a model of the same layers. It wants the name to end in `.weights.h5`.
  ///
  /// - Throws: `GraftError.writeFailed`; a file that stood there is untouched then.
  public func writeWeights(to path: String) throws {
    let file = try AtomicFile(replacing: path)
    try writeWeights(into: file)
    try file.commit()
  }

  /// Writes the present weights into a file that is not committed yet.
  package func writeWeights(into file: AtomicFile) throws {
    try check()
    try file.write(KerasWeightImage.bytes(of: self, isFunctional: false))
  }
}
