public import GraftCore
public import GraftGraph
public import GraftImages
public import GraftLayers

extension Model {
  /// Lets the frozen part of the network be computed with whole numbers of 8 bits: about twice as fast as floats where the
  /// processor has instructions for it, with features that are nearly the same.
  ///
  /// Call it on a frozen base before its new top is trained, so that the top learns from the features that it will be given.
  /// From then on every network on the same input (the base, and all that is built on its output) computes this part so:
  /// `fit`, `features`, `evaluate`, `predict`, and `Predictor` from a file.
  ///
  /// **Method.** Post-training quantisation. Each output channel of a kernel has a scale of its own, by its largest weight.
  /// Each value between layers has a scale, and each of its channels one besides, which kernels before and behind take in;
  /// they come from the magnitudes seen on up to 256 of the pictures, spread over all of them, so that rounding and cutting
  /// off together lose least. What rounding a kernel takes from the mean of its results is given back in its bias. Sums are
  /// exact (32 bits); biases, residuals and activations are done in floats, as is all that is no convolution. Weights stay
  /// floats in the network and in files.
  ///
  /// Layers that are made trainable later are computed with floats again, from the float weights, as soon as they are trained;
  /// what stays frozen before them stays quantised. Unfreezing all of it is an error in `fit`, until `removeQuantization`.
  ///
  /// - Parameters:
  ///   - images: The training pictures; unreadable ones are passed over. Their classes do not matter.
  ///   - fit: How pictures of other proportions fill the input.
  ///   - progress: Called now and then with pictures done and pictures in all.
  /// - Returns: The scales, and how far the quantised part is from floats.
  /// - Throws: `GraftError.invalidArgument` if nothing frozen can be quantised, `GraftError.invalidData` if no picture can be
  ///   read.
  ///
  /// ```swift
  /// base.isTrainable = false
  /// let quantization = try await base.quantize(calibratedOn: train)
  /// print(base.precision, quantization.similarity)
  /// ```
  @discardableResult
  public func quantize(
    calibratedOn images: ImageSet, fit: ImageFit = .stretch,
    progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> Quantization {
    try await quantize(calibratedOn: images.files.map(\.path), fit: fit, progress: progress)
  }

  /// The same on pictures with any number of labels.
  @discardableResult
  public func quantize(
    calibratedOn images: MultiLabelImageSet, fit: ImageFit = .stretch,
    progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> Quantization {
    try await quantize(calibratedOn: images.files.map(\.path), fit: fit, progress: progress)
  }

  /// The same on picture files.
  package func quantize(
    calibratedOn paths: [String], fit: ImageFit, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
  ) async throws -> Quantization {
    try check()
    return try await quantize(
      ImageSource(paths, shape: input.shape, preprocessing: preprocessing, fit: fit), progress)
  }

  /// The same on inputs as they are: no preprocessing is applied.
  ///
  /// - Parameter x: Samples along the first axis.
  @discardableResult
  public func quantize(calibratedOn x: Tensor) async throws -> Quantization {
    try checkInput(x)
    return try await quantize(TensorSource(x), nil)
  }

  private func quantize(
    _ source: any SampleSource, _ progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
  ) async throws -> Quantization {
    let result = try await Calibration(graph()).run(source, progress: progress)
    quantization = result
    return result
  }

  /// The operations as training sees them, and what of the network is quantised in training and from then on: the frozen part.
  ///
  /// - Throws: `GraftError.invalidArgument` if nothing of the quantised part is frozen any more.
  func trainingGraph() throws -> (graph: Graph, quantization: Quantization?) {
    let graph = try graph()
    guard let quantization else { return (graph, nil) }
    guard let kept = graph.frozenPart(of: quantization) else {
      throw GraftError(
        .invalidArgument,
        """
        The network was quantised, and nothing of that part is frozen any more: only what is frozen can be int8. Freeze layers \
        at its beginning, or call removeQuantization() to train all of it as floats (the weights are floats all the time).
        """)
    }
    return (graph.quantized(by: kept), kept)
  }
}
