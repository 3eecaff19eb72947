internal import Foundation

/// Files that `Fixtures/generate.py` wrote.
enum Fixture {
  /// A whole Keras model: pictures of 16×16, layers pictures, first, second, pool (8 features) and scores (4 classes).
  static let tiny = path("tiny.h5")
  /// The same without the bias of the layer `second`.
  static let tinyWithoutBias = path("tiny-without-bias.h5")
  /// `tiny` saved with an open input size, which Keras writes as null.
  static let open = path("open.h5")
  /// A sound model with a layer that Graft does not know: `mask`, after `dense` with 15 numbers.
  static let unknownLayer = path("unknown-layer.h5")
  /// A batch of three inputs.
  static let batch = path("x.npy")
  /// What Keras makes of the batch.
  static let scores = path("scores.npy")
  /// Keras's features of the batch, at the layer `pool`.
  static let features = path("pool.npy")

  /// Whole models of every kind, by their file's name in the layers' tests.
  static func model(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "GraftLayersTests/Fixtures/models/\(name)").path()
  }

  private static func path(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)").path()
  }
}
