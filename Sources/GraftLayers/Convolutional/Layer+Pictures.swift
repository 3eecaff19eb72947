internal import GraftCore
internal import GraftGraph

extension Layer {
  /// The channels of the one picture that a layer was called on.
  func pictureChannels(_ shapes: [Shape]) throws -> Int {
    guard shapes.count == 1, shapes[0].rank == 3 else {
      throw GraftError(
        .shapeMismatch,
        """
        Layer "\(name)" (\(className)) needs one input of (height, width, channels). Received: \
        \(shapes.map(\.description).joined(separator: ", ")).
        """)
    }
    return shapes[0][2]
  }

  /// The pooling of the one picture that a layer was called on.
  func poolingOperation(
    _ kind: GlobalPoolingOperation.Kind, poolSize: Extent, strides: Extent, padding: ConvolutionPadding,
    _ shapes: [Shape]
  ) throws -> PoolingOperation {
    _ = try pictureChannels(shapes)
    guard [poolSize, strides].allSatisfy({ $0.height > 0 && $0.width > 0 }) else {
      throw GraftError(
        .invalidArgument,
        """
        Layer "\(name)" (\(className)) needs a positive poolSize and strides. Received: \(poolSize), \(strides).
        """)
    }
    return PoolingOperation(
      kind, window: poolSize, strides: strides,
      padding: padding.zeros(for: shapes[0], window: poolSize, strides: strides))
  }

  /// Throws unless a kernel has pixels and moves on.
  func requirePositive(kernelSize: Extent, strides: Extent, dilationRate: Extent) throws {
    guard [kernelSize, strides, dilationRate].allSatisfy({ $0.height > 0 && $0.width > 0 }) else {
      throw GraftError(
        .invalidArgument,
        """
        Layer "\(name)" (\(className)) needs a positive kernelSize, strides and dilationRate. Received: \
        \(kernelSize), \(strides), \(dilationRate).
        """)
    }
  }
}

extension ConvolutionPadding {
  /// The zeros that a padding means for a picture.
  func zeros(for shape: Shape, window: Extent, strides: Extent, dilations: Extent = Extent(1)) -> Padding {
    switch self {
    case .valid: Padding()
    case .same:
      Padding(
        sameFor: Extent(height: shape[0], width: shape[1]), window: window, strides: strides, dilations: dilations)
    }
  }
}
