public import GraftCore
package import GraftGraph

/// Normalisation of every channel by numbers that are known before training: keras.layers.Normalization.
///
/// (x − mean) / max(√variance, 10⁻⁷), along the last axis. The numbers are given, or taken from data by `adapt(to:)`; then
/// they are variables: `mean` and `variance` (channels), and Keras's `count`, which nothing reads. Training changes none.
///
/// ```swift
/// let normalization = Normalization()
/// try normalization.adapt(to: features)
/// ```
public final class Normalization: Layer {
  /// The mean per channel, if it was given.
  public let mean: [Float]?
  /// The variance per channel, if it was given.
  public let variance: [Float]?
  /// The axis that a configuration named, the batch being axis 0: it must turn out to be the last.
  private var axis = -1

  /// Makes a normalisation that `adapt(to:)` must tell its numbers.
  public override init(name: String? = nil) {
    mean = nil
    variance = nil
    super.init(name: name)
  }

  /// Makes a normalisation by given numbers, one for each channel or one for all.
  public init(mean: [Float], variance: [Float], name: String? = nil) {
    self.mean = mean
    self.variance = variance
    super.init(name: name)
  }

  /// Takes mean and (biased) variance of every channel from data; what was taken before is forgotten.
  ///
  /// - Parameter data: Samples along the first axis, channels along the last.
  /// - Throws: `GraftError.shapeMismatch` if the channels are not those that the layer was called on,
  ///   `GraftError.invalidArgument` if there are no data or the numbers were given.
  public func adapt(to data: Tensor) throws {
    guard mean == nil else {
      throw GraftError(.invalidArgument, "\(name): mean and variance were given; there is nothing to adapt.")
    }
    guard data.shape.rank >= 2, data.count > 0 else {
      throw GraftError(
        .invalidArgument, "\(name): adapt needs samples with a channel axis. Received: a tensor of \(data.shape).")
    }
    try build([data.shape.droppingFirst])
    let channels = data.shape[-1]
    let count = Double(data.count / channels)
    var sums = [Double](repeating: 0, count: channels)
    var squares = sums
    data.withUnsafeBufferPointer { elements in
      for (index, value) in elements.enumerated() { sums[index % channels] += Double(value) }
      for (index, value) in elements.enumerated() {
        let distance = Double(value) - sums[index % channels] / count
        squares[index % channels] += distance * distance
      }
    }
    try variables[0].assign(Tensor(sums.map { Float($0 / count) }))
    try variables[1].assign(Tensor(squares.map { Float($0 / count) }))
  }

  package override func variableSpecifications(for shapes: [Shape]) throws -> [VariableSpecification] {
    let channels = try normalizedChannels(shapes, axis: axis)
    if let mean, let variance {
      guard [1, channels].contains(mean.count), mean.count == variance.count else {
        throw GraftError(
          .shapeMismatch,
          "\(name): \(channels) channels need 1 or \(channels) means and as many variances. Received: \(mean.count) and "
            + "\(variance.count).")
      }
      return []
    }
    return [
      VariableSpecification("mean", [channels], .zeros, followsGradient: false),
      VariableSpecification("variance", [channels], .ones, followsGradient: false),
      VariableSpecification("count", [], .zeros, followsGradient: false),
    ]
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    let channels = builder.graph[inputs[0]].shape[-1]
    func given(_ values: [Float]) -> Tensor {
      Tensor(values.count == 1 ? .init(repeating: values[0], count: channels) : values)
    }
    let mean: ParameterID
    let deviations: Tensor
    if let means = self.mean, let variances = variance {
      mean = builder.graph.add(Parameter(name: "\(name)/mean", value: given(means), role: .frozen))
      deviations = given(variances)
    } else {
      for variable in variables { _ = builder.parameter(variable, of: self, isConstant: true) }
      mean = builder.parameter(variables[0], of: self, isConstant: true)
      deviations = variables[1].value
    }
    // A batch normalisation on fixed statistics, which other passes know how to fold. The floor keeps channels that are
    // the same everywhere finite.
    let floored = Tensor(
      shape: deviations.shape, deviations.elements.map { max($0.squareRoot(), 1e-7) * max($0.squareRoot(), 1e-7) })
    let variance = builder.graph.add(Parameter(name: "\(name)/floored_variance", value: floored, role: .frozen))
    return try builder.graph.append(
      .batchNormalization(
        .init(epsilon: 0, momentum: 1, hasScale: false, hasOffset: false, usesBatchStatistics: false)),
      name: name, inputs: inputs, parameters: [mean, variance])
  }

  package override var configuration: [String: JSONValue] {
    func list(_ values: [Float]?) -> JSONValue { values.map { .array($0.map { .number($0.shortest) }) } ?? .null }
    return ["axis": [-1], "mean": list(mean), "variance": list(variance), "invert": false]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    guard try !reader.bool("invert", default: false) else { throw reader.error("invert", expected: "false") }
    if reader["mean"] != nil || reader["variance"] != nil {
      self.init(
        mean: try reader.numbers("mean").map { Float($0) }, variance: try reader.numbers("variance").map { Float($0) },
        name: reader.name)
    } else {
      self.init(name: reader.name)
    }
    axis = try reader.axis()
  }
}
