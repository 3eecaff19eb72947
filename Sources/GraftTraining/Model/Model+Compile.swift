internal import GraftCore
public import GraftGraph
public import GraftLayers

extension Model {
  /// Says how the model is trained and judged: keras.Model.compile.
  ///
  /// - Parameters:
  ///   - optimizer: How weights follow their gradients.
  ///   - loss: What training makes small.
  ///   - metrics: What else is reported.
  /// - Throws: What makes the network impossible to run, and `GraftError.invalidArgument` for numbers that cannot work.
  ///
  /// ```swift
  /// try model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])
  /// ```
  public func compile(
    optimizer: Optimizer = .adam(), loss: LossFunction = .categoricalCrossentropy, metrics: [Metric] = [.accuracy]
  ) throws {
    try check()
    if let problem = optimizer.problem ?? loss.problem { throw GraftError(.invalidArgument, problem) }
    let classes = try classCount
    if let problem = metrics.compactMap({ $0.problem(classes: classes) }).first {
      throw GraftError(.invalidArgument, problem)
    }
    compilation = Compilation(optimizer: optimizer, loss: loss, metrics: metrics)
  }

  /// What `compile` was given.
  var compiled: Compilation {
    get throws {
      guard let compilation = compilation as? Compilation else {
        throw GraftError(
          .invalidArgument, "The model has not been compiled. Call compile(optimizer:loss:metrics:) first.")
      }
      return compilation
    }
  }

  /// The number of classes: the length of the output.
  package var classCount: Int {
    get throws {
      try check()
      guard output.shape.rank == 1, output.shape[0] > 0 else {
        throw GraftError(
          .shapeMismatch,
          """
          A classifier's output is one row of probabilities per picture. This model's output has the shape \
          \(output.shape); end it with pooling or Flatten and a Dense layer.
          """)
      }
      return output.shape[0]
    }
  }

  /// Takes over the weights of a training run.
  func takeOver(_ weights: [String: Tensor], _ state: OptimizerSnapshot, origin: String?) throws {
    for (name, variable) in try namedVariables() {
      if let value = weights[name] { try variable.assign(value) }
    }
    if var compilation = compilation as? Compilation {
      compilation.optimizerState = state
      compilation.origin = origin
      self.compilation = compilation
    }
  }
}
