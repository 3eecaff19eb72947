internal import GraftCore

/// Keras's files of MobileNetV2's ImageNet weights.
enum MobileNetV2Catalogue {
  static let sides = [96, 128, 160, 192, 224]
  static let alphas = [0.35, 0.5, 0.75, 1.0, 1.3, 1.4]

  /// The side that Keras assumes for an input shape: its own if weights exist for it, else 224.
  static func defaultSide(_ shape: Shape?) -> Int {
    guard let shape, shape.rank == 3, shape[0] == shape[1], sides.contains(shape[0]) else { return 224 }
    return shape[0]
  }

  /// The side of the weights for an input shape. Weights of side 224 serve all shapes that have none of their own.
  static func side(for shape: Shape, alpha: Double) throws -> Int {
    guard alphas.contains(alpha) else {
      throw GraftError(
        .invalidArgument,
        """
        ImageNet weights exist for alpha \(alphas.map { "\($0)" }.joined(separator: ", ")). Received: alpha \(alpha).
        """)
    }
    return defaultSide(shape)
  }

  static func entry(alpha: Double, side: Int, includeTop: Bool) -> WeightEntry {
    let file = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_\(alpha)_\(side)\(includeTop ? "" : "_no_top").h5"
    return WeightEntry(
      fileName: file,
      url: "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/" + file,
      sha256: nil, licence: "Apache-2.0")
  }
}
