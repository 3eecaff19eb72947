internal import GraftCore
internal import GraftGraph
internal import GraftLayers

extension ONNXImport {
  // MARK: Convolutions

  mutating func convolution(_ node: ONNXNode) throws {
    let x = try picture(node)
    let (shape, kernel) = try weights(1, of: node)
    let channels = x.shape[0]
    let groups = try node.int("group", default: 1)
    guard shape.count == 4, groups > 0, groups <= channels, channels % groups == 0, shape[1] == channels / groups,
      shape[0] % groups == 0
    else {
      throw node.unsupported(
        """
        expected weights of (filters, \(channels) / groups, height, width). Received: \(Shape(shape)) in \(groups) groups.
        """)
    }
    let size = Extent(height: shape[2], width: shape[3])
    let window = try ONNXWindow(node, size: size)
    let bias = try convolutionBias(node, filters: shape[0])
    let name = name(node)
    var input = x.tensor
    if window.padding != .same, !window.pads.isEmpty {
      input = try call(ZeroPadding2D(window.pads, name: unique("\(name)_pad")), [input])
    }
    let layer: Layer
    let weight: Tensor
    if groups == channels, groups > 1 {
      let multiplier = shape[0] / channels
      layer = DepthwiseConv2D(
        kernelSize: size, strides: window.strides, padding: window.padding, depthMultiplier: multiplier,
        dilationRate: window.dilations, useBias: bias != nil, name: name)
      weight = Tensor.channelsLastKernel(kernel, shape).reshaped([size.height, size.width, channels, multiplier])
    } else {
      layer = Conv2D(
        shape[0], kernelSize: size, strides: window.strides, padding: window.padding, dilationRate: window.dilations,
        groups: groups, useBias: bias != nil, name: name)
      weight = Tensor.channelsLastKernel(kernel, shape)
    }
    set(node, x.with(try call(layer, [input], weights: [weight] + (bias.map { [Tensor($0)] } ?? []))))
  }

  /// The offset of each filter: an input, or what the next node adds.
  private mutating func convolutionBias(_ node: ONNXNode, filters: Int) throws -> [Float]? {
    if node.input(2) != nil {
      let (shape, bias) = try weights(2, of: node)
      guard shape == [filters] else { throw node.corrupt("expected an offset for each of \(filters) filters.") }
      return bias
    }
    return try addedBias(node, shapes: [[filters, 1, 1], [1, filters, 1, 1]])
  }

  // MARK: Products

  mutating func gemm(_ node: ONNXNode) throws {
    let x = try tensor(0, of: node)
    let (shape, values) = try weights(1, of: node)
    guard x.shape.count == 1, shape.count == 2, try node.int("transA", default: 0) == 0 else {
      throw node.unsupported("expected rows of features, and a matrix of weights.")
    }
    let isTransposed = try node.int("transB", default: 0) != 0
    let alpha = try node.float("alpha", default: 1)
    let (inputs, units) = isTransposed ? (shape[1], shape[0]) : (shape[0], shape[1])
    guard inputs == x.shape[0] else {
      throw node.corrupt("\(x.shape[0]) features do not fit weights of \(Shape(shape)).")
    }
    let kernel = Self.kernel(values, inputs, units, isTransposed: isTransposed, factor: alpha, rows: x.elements)
    var bias: [Float]?
    if node.input(2) != nil {
      let (shape, offsets) = try weights(2, of: node)
      let beta = try node.float("beta", default: 1)
      guard [1, units].contains(offsets.count), offsets.count == shape.last ?? 1 else {
        throw node.unsupported("expected an offset for each of \(units) results. Received: \(Shape(shape)).")
      }
      bias = (0..<units).map { beta * offsets[offsets.count == 1 ? 0 : $0] }
    }
    try dense(node, x, units, kernel, bias, order: nil)
  }

  mutating func matrixProduct(_ node: ONNXNode) throws {
    let x = try tensor(0, of: node)
    let (shape, values) = try weights(1, of: node)
    guard shape.count == 2, shape[0] == x.shape.last, x.order.last == x.tensor.shape.rank - 1 else {
      throw node.unsupported(
        "expected a product along the channels. Received: results of \(Shape(x.shape)), weights of \(Shape(shape)).")
    }
    let kernel = Self.kernel(values, shape[0], shape[1], isTransposed: false, factor: 1, rows: x.elements)
    try dense(
      node, x, shape[1], kernel, addedBias(node, shapes: [[shape[1]], [1, shape[1]]]),
      order: x.elements == nil ? x.order : nil)
  }

  private mutating func dense(
    _ node: ONNXNode, _ x: ONNXTensor, _ units: Int, _ kernel: Tensor, _ bias: [Float]?, order: [Int]?
  ) throws {
    let layer = Dense(units, useBias: bias != nil, name: name(node))
    let result = try call(layer, [x.tensor], weights: [kernel] + (bias.map { [Tensor($0)] } ?? []))
    set(node, ONNXTensor(result, order: order))
  }

  /// (inputs, units), with the rows where the features lie.
  private static func kernel(
    _ values: [Float], _ inputs: Int, _ units: Int, isTransposed: Bool, factor: Float, rows: [Int]?
  ) -> Tensor {
    values.withUnsafeBufferPointer { source in
      Tensor(shape: [inputs, units]) { target in
        for input in 0..<inputs {
          let row = rows?[input] ?? input
          for unit in 0..<units {
            let value = source[isTransposed ? unit * inputs + input : input * units + unit]
            target.initializeElement(at: row * units + unit, to: factor * value)
          }
        }
      }
    }
  }

  /// What the next node adds to each channel, if it does nothing else: then it needs no layer of its own.
  private mutating func addedBias(_ node: ONNXNode, shapes: [[Int]]) throws -> [Float]? {
    guard let output = node.outputs.first, let (index, next) = onlyReader(of: output), next.type == "Add",
      next.inputs.count == 2, let sum = next.outputs.first,
      let place = next.inputs.firstIndex(where: { $0 != output }), isConstant(next.inputs[place])
    else { return nil }
    let (shape, offsets) = try weights(place, of: next)
    guard shapes.contains(shape) else { return nil }
    absorbed.insert(index)
    sameResult = sum
    return offsets
  }

  // MARK: Normalisations

  mutating func batchNormalization(_ node: ONNXNode) throws {
    let x = try tensor(0, of: node)
    guard let axis = x.order.first, axis == x.tensor.shape.rank - 1, try node.int("training_mode", default: 0) == 0
    else {
      throw node.unsupported("expected a normalisation of channels in inference.")
    }
    var weights: [Tensor] = []
    for index in 1...4 {
      let (shape, values) = try self.weights(index, of: node)
      guard shape == [x.shape[0]] else { throw node.corrupt("expected a number for each of \(x.shape[0]) channels.") }
      weights.append(Tensor(x.aligned(values)))
    }
    let layer = BatchNormalization(
      momentum: try node.float("momentum", default: 0.9), epsilon: try node.float("epsilon", default: 1e-5),
      name: name(node))
    set(node, x.with(try call(layer, [x.tensor], weights: weights)))
  }

  mutating func layerNormalization(_ node: ONNXNode) throws {
    let x = try tensor(0, of: node)
    let axis = try ONNXFolding.resolved([node.int("axis", default: -1)], rank: x.shape.count + 1, node)[0]
    guard axis == x.shape.count, x.order.last == x.tensor.shape.rank - 1 else {
      throw node.unsupported("expected a normalisation along the channels.")
    }
    let channels = x.shape[x.shape.count - 1]
    var weights: [Tensor] = []
    for index in 1...2 where node.input(index) != nil {
      let (shape, values) = try self.weights(index, of: node)
      guard shape == [channels] else { throw node.corrupt("expected a number for each of \(channels) channels.") }
      weights.append(Tensor(x.aligned(values)))
    }
    let layer = LayerNormalization(
      epsilon: try node.float("epsilon", default: 1e-5), center: node.input(2) != nil, scale: node.input(1) != nil,
      name: name(node))
    set(node, x.with(try call(layer, [x.tensor], weights: weights)))
  }

  // MARK: Pictures

  /// The one picture that a node reads, with its channels first as ONNX wants them.
  mutating func picture(_ node: ONNXNode) throws -> ONNXTensor {
    let x = try tensor(0, of: node)
    guard x.order == ONNXTensor.channelsFirst else {
      throw node.unsupported(
        """
        expected a picture of (channels, height, width). Received: \(Shape(x.shape))\(x.order.count == 3 ? ", turned" : "").
        """)
    }
    return x
  }
}

extension Tensor {
  /// (filters, inputs, height, width) → (height, width, inputs, filters)
  static func channelsLastKernel(_ values: [Float], _ shape: [Int]) -> Tensor {
    let (filters, inputs, pixels) = (shape[0], shape[1], shape[2] * shape[3])
    return values.withUnsafeBufferPointer { source in
      Tensor(shape: [shape[2], shape[3], inputs, filters]) { target in
        var place = 0
        for filter in 0..<filters {
          for input in 0..<inputs {
            for pixel in 0..<pixels {
              target.initializeElement(at: (pixel * inputs + input) * filters + filter, to: source[place])
              place += 1
            }
          }
        }
      }
    }
  }
}
