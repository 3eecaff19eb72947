package import GraftCore
package import GraftGraph

/// The products of two values along one axis of each, sample by sample: keras.layers.Dot.
///
/// Results have the first value's other axes, then the second's; of two rows one number is left, as shape (1).
public final class Dot: Layer {
  /// The axes, one of each value, counted with the batch as axis 0; negative ones count from the end.
  public let axes: [Int]
  /// Whether values are divided by their length along the axes first: the cosine of the angle between them.
  public let normalize: Bool

  /// Makes a product.
  public init(axes: [Int], normalize: Bool = false, name: String? = nil) {
    self.axes = axes
    self.normalize = normalize
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try requireInputs(inputs, 2...2)
    guard axes.count == 2 else {
      throw GraftError(.invalidArgument, "\(name): Dot needs one axis of each value. Received: \(axes).")
    }
    var rows: [NodeID] = []
    var rest: [Int] = []
    var lengths: [Int] = []
    for (input, axis) in zip(inputs, axes) {
      let shape = builder.graph[input].shape
      let place = try self.place(ofAxis: axis, in: shape)
      let others = (0..<shape.rank).filter { $0 != place }
      let turned = try builder.append(.transpose(others + [place]), of: self, [input])
      let count = others.reduce(1) { $0 * shape[$1] }
      var matrix = try builder.append(.reshape([count, shape[place]]), of: self, [turned])
      if normalize { matrix = try builder.append(.unitNormalization(epsilon: Self.epsilon), of: self, [matrix]) }
      rows.append(matrix)
      rest += others.map { shape[$0] }
      lengths.append(shape[place])
    }
    guard lengths[0] == lengths[1] else {
      throw GraftError(
        .shapeMismatch,
        "\(name): the axes \(axes) must be of one length. Received: \(lengths[0]) and \(lengths[1]).")
    }
    let product = try builder.append(.matrixProduct(transposesFirst: false, transposesSecond: true), of: self, rows)
    return try builder.append(.reshape(rest.isEmpty ? [1] : Shape(rest)), of: self, [product])
  }

  // Keras normalises by rsqrt(max(Σ x², ε²)) with its ε of 10⁻⁷.
  private static let epsilon: Float = 1e-14

  package override var configuration: [String: JSONValue] {
    ["axes": .array(axes.map { .int($0) }), "normalize": .bool(normalize)]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    let axes = try reader.axes("axes")
    self.init(
      axes: axes.count == 1 ? axes + axes : axes, normalize: try reader.bool("normalize", default: false),
      name: reader.name)
  }
}
