internal import GraftCore
internal import GraftGraph

/// Turns a `TensorProgram` that was read from a file back into a graph.
///
/// It knows what `ProgramTranslation` writes, and refuses everything else. Files come from anywhere: shapes are computed again and
/// bounded, and an operand must be there before it is read.
struct ProgramGraph {
  let program: TensorProgram
  private(set) var graph = Graph()
  private var nodes: [Int: NodeID] = [:]
  /// Constants as floats: those that a step dequantises, too.
  private var constants: [Int: Tensor] = [:]

  /// The most elements that one sample's result may have.
  private static let largestResult = 1 << 28

  init(_ program: TensorProgram) throws {
    self.program = program
    let picture = program.values[program.input]
    nodes[program.input] = graph.addInput(name: picture.name, shape: picture.shape)
    var index = 0
    while index < program.steps.count {
      index += try readComposite(at: index) ?? readStep(program.steps[index])
    }
    guard let output = nodes[program.output] else { throw damaged("its result is not computed") }
    graph.outputs = [output]
  }

  private func damaged(_ reason: String) -> GraftError {
    GraftError(.corrupt, "The network in the file cannot be run: \(reason).")
  }

  // MARK: Operands

  private func node(_ value: Int) throws -> NodeID {
    guard let node = nodes[value] else {
      throw damaged("'\(name(value))' is read before it is computed")
    }
    return node
  }

  private func name(_ value: Int) -> String {
    program.values.indices.contains(value) ? program.values[value].name : "\(value)"
  }

  /// A constant as floats.
  mutating func constant(_ value: Int) throws -> Tensor {
    if let known = constants[value] { return known }
    guard program.values.indices.contains(value), let constant = program.values[value].constant else {
      throw damaged("'\(name(value))' should be a constant")
    }
    let tensor = constant.floats(program.values[value].shape)
    constants[value] = tensor
    return tensor
  }

  private func isConstant(_ value: Int) -> Bool {
    constants[value] != nil || (program.values.indices.contains(value) && program.values[value].constant != nil)
  }

  mutating func parameter(_ tensor: Tensor, _ name: String) -> ParameterID {
    graph.add(Parameter(name: name, value: tensor, role: .frozen))
  }

  // MARK: Steps

  /// Reads one step; returns 1.
  private mutating func readStep(_ step: TensorProgram.Step) throws -> Int {
    guard let first = step.inputs.first else { throw damaged("an operation has no operand") }
    if step.operation == .dequantize, isConstant(first) {
      constants[step.output] = try constant(first)
      return 1
    }
    let name = name(step.output)
    var result = try operation(step, name)
    if step.activation != .linear {
      result = try append(.activation(step.activation), name, [result])
    }
    try finish(result, step)
    return 1
  }

  /// Checks a result's shape, and rounds it where the file keeps it as whole numbers.
  private mutating func finish(_ result: NodeID, _ step: TensorProgram.Step) throws {
    let value = program.values[step.output]
    try requireDeclaredShape(of: result, value)
    var result = result
    if let format = value.format { result = try round(result, format, value.name) }
    nodes[step.output] = result
  }

  /// What reads a value takes its size from what is declared.
  private func requireDeclaredShape(of result: NodeID, _ value: TensorProgram.Value) throws {
    guard graph[result].shape == value.shape else {
      throw damaged("'\(value.name)' has the shape \(graph[result].shape), and \(value.shape) is declared")
    }
  }

  /// What several steps of the file compute together.
  mutating func add(_ operation: Operation, _ match: Match, _ parameters: [ParameterID] = []) throws {
    let name = name(match.output)
    let result = try append(operation, name, [node(match.input)], parameters)
    try requireDeclaredShape(of: result, program.values[match.output])
    nodes[match.output] = result
  }

  private mutating func append(
    _ operation: Operation, _ name: String, _ inputs: [NodeID], _ parameters: [ParameterID] = []
  ) throws -> NodeID {
    let result = try graph.append(operation, name: name, inputs: inputs, parameters: parameters)
    let count = graph[result].shape.byteCount(elementSize: 1)
    guard let count, count <= Self.largestResult else { throw damaged("'\(name)' is too large") }
    return result
  }

  /// Floats rounded to a format's numbers. Where its zero is neither the middle nor the end, numbers are moved for that time.
  private mutating func round(_ id: NodeID, _ format: AffineFormat, _ name: String) throws -> NodeID {
    let isMoved = format.zeroPoint != 0
    let offset = isMoved ? format.scale * Float(128 + format.zeroPoint) : 0
    let whole: NumberFormat = isMoved ? .uint8(scale: format.scale) : .int8(scale: format.scale)
    var result = id
    if offset != 0 { result = try append(.rescaling(scale: 1, offset: offset), name, [result]) }
    result = try append(.convert(.float32, to: whole), name, [result])
    result = try append(.convert(whole, to: .float32), name, [result])
    return offset == 0 ? result : try append(.rescaling(scale: 1, offset: -offset), name, [result])
  }

  private mutating func operation(_ step: TensorProgram.Step, _ name: String) throws -> NodeID {
    let first = step.inputs[0]
    switch step.operation {
    case .convolution(let window): return try convolution(step, window, multiplier: nil, name)
    case .depthwise(let window, let multiplier): return try convolution(step, window, multiplier: multiplier, name)
    case .product: return try product(step, name)
    case .matrixProduct(let transposesFirst, let transposesSecond):
      guard step.inputs.count == 2 else { throw damaged("'\(name)' has \(step.inputs.count) operands") }
      return try append(
        .matrixProduct(transposesFirst: transposesFirst, transposesSecond: transposesSecond), name,
        [node(first), node(step.inputs[1])])
    case .add, .multiply: return try pair(step, name)
    case .function(.activation(let activation)):
      return try append(.activation(activation), name, [node(first)])
    case .maximum:
      guard step.inputs.count == 2 else { throw damaged("'\(name)' has \(step.inputs.count) operands") }
      return try append(.maximum, name, [node(first), node(step.inputs[1])])
    case .transpose(let order): return try append(.transpose(order), name, [node(first)])
    case .pad(let padding): return try append(.zeroPadding(padding), name, [node(first)])
    case .crop(let sides): return try append(.cropping(sides), name, [node(first)])
    case .pooling(let kind, let size, let window):
      let picture = try node(first)
      let padding = try padding(of: picture, size, window)
      return try append(
        .pooling(.init(kind, window: size, strides: window.strides, padding: padding)), name, [picture])
    case .poolingOfAll(let kind, let keepsDimensions):
      return try append(.globalPooling(.init(kind, keepsDimensions: keepsDimensions)), name, [node(first)])
    case .reshape(let shape): return try append(.reshape(shape), name, [node(first)])
    case .concatenate(let axis): return try append(.concatenate(axis: axis), name, step.inputs.map { try node($0) })
    case .quantize, .dequantize: return try node(first)
    case .subtract, .divide, .squaredDifference, .meanOfChannels, .function:
      throw damaged("'\(name)' is computed in a way that Graft does not write")
    }
  }

  private func padding(
    of picture: NodeID, _ size: Extent, _ window: TensorOperation.Window
  ) throws -> Padding {
    let shape = graph[picture].shape
    guard shape.rank == 3, [size, window.strides, window.dilations].allSatisfy({ $0.height > 0 && $0.width > 0 }),
      [size, window.strides, window.dilations].allSatisfy({ max($0.height, $0.width) <= 1 << 12 })
    else { throw damaged("a window is no window, or reads no picture") }
    guard window.isSame else { return Padding() }
    return Padding(
      sameFor: Extent(height: shape[0], width: shape[1]), window: size, strides: window.strides,
      dilations: window.dilations)
  }

  private mutating func convolution(
    _ step: TensorProgram.Step, _ window: TensorOperation.Window, multiplier: Int?, _ name: String
  ) throws -> NodeID {
    guard step.inputs.count >= 2 else { throw damaged("'\(name)' has no kernel") }
    let picture = try node(step.inputs[0])
    let stored = try constant(step.inputs[1])
    let channels = graph[picture].shape.rank == 3 ? graph[picture].shape[2] : 0
    guard stored.shape.rank == 4, stored.count > 0, channels > 0, multiplier.map({ $0 > 0 && $0 < 1 << 16 }) ?? true
    else { throw damaged("'\(name)' is no convolution of a picture") }
    if let multiplier {
      let isTFLite = program.dialect == .tflite
      let outputs = isTFLite ? stored.shape[3] : stored.shape[2] * stored.shape[3]
      guard outputs == channels * multiplier, !isTFLite || stored.shape[0] == 1 else {
        throw damaged("'\(name)' has a kernel of another size")
      }
    }
    let kernel = program.dialect.kerasKernel(stored, multiplier: multiplier)
    let inputs = multiplier == nil ? kernel.shape[2] : 1
    guard channels % inputs == 0 else { throw damaged("'\(name)' has a kernel of another size") }
    let filters = multiplier.map { $0 * channels } ?? kernel.shape[3]
    guard filters % (channels / inputs) == 0 else { throw damaged("'\(name)' has a kernel of another size") }
    let size = Extent(height: kernel.shape[0], width: kernel.shape[1])
    var parameters = [parameter(kernel, "\(name)/kernel")]
    if step.inputs.count > 2 { parameters.append(try bias(step.inputs[2], filters, name)) }
    return try append(
      .convolution(
        ConvolutionOperation(
          kernelSize: size, strides: window.strides, dilations: window.dilations,
          padding: padding(of: picture, size, window), groups: channels / inputs, filters: filters,
          isDepthwise: multiplier != nil, hasBias: parameters.count > 1)), name, [picture], parameters)
  }

  private mutating func bias(_ value: Int, _ count: Int, _ name: String) throws -> ParameterID {
    let bias = try constant(value)
    guard bias.count == count else { throw damaged("'\(name)' has a bias of another size") }
    return parameter(bias.reshaped([count]), "\(name)/bias")
  }

  private mutating func product(_ step: TensorProgram.Step, _ name: String) throws -> NodeID {
    guard step.inputs.count >= 2 else { throw damaged("'\(name)' has no matrix") }
    let rows = try node(step.inputs[0])
    let stored = try constant(step.inputs[1])
    guard stored.shape.rank == 2, stored.count > 0, graph[rows].shape.rank > 0 else {
      throw damaged("'\(name)' is no product with a matrix")
    }
    let matrix = program.dialect.kerasMatrix(stored)
    guard graph[rows].shape[-1] == matrix.shape[0] else { throw damaged("'\(name)' has a matrix of another size") }
    var parameters = [parameter(matrix, "\(name)/kernel")]
    if step.inputs.count > 2 { parameters.append(try bias(step.inputs[2], matrix.shape[1], name)) }
    return try append(
      .dense(DenseOperation(units: matrix.shape[1], hasBias: parameters.count > 1)), name, [rows], parameters)
  }

  /// A sum or product of two values, or of one and a constant for all of it or for each channel.
  private mutating func pair(_ step: TensorProgram.Step, _ name: String) throws -> NodeID {
    guard step.inputs.count == 2 else { throw damaged("'\(name)' has \(step.inputs.count) operands") }
    let isSum = step.operation == .add
    guard isConstant(step.inputs[1]) else {
      return try append(isSum ? .add : .multiply, name, [node(step.inputs[0]), node(step.inputs[1])])
    }
    let value = try node(step.inputs[0])
    let constant = try constant(step.inputs[1])
    if constant.count == 1 {
      let number = constant.elements[0]
      return try append(.rescaling(scale: isSum ? 1 : number, offset: isSum ? number : 0), name, [value])
    }
    guard graph[value].shape.rank > 0, constant.shape == [graph[value].shape[-1]] else {
      throw damaged("'\(name)' reads a constant of another size")
    }
    let parameters = [
      parameter(isSum ? Tensor(repeating: 1, shape: constant.shape) : constant, "\(name)/scale"),
      parameter(isSum ? constant : Tensor(zeros: constant.shape), "\(name)/offset"),
      parameter(Tensor(zeros: constant.shape), "\(name)/mean"),
      parameter(Tensor(repeating: 1, shape: constant.shape), "\(name)/variance"),
    ]
    return try append(
      .batchNormalization(
        .init(epsilon: 0, momentum: 1, hasScale: true, hasOffset: true, usesBatchStatistics: false)), name, [value],
      parameters)
  }
}
