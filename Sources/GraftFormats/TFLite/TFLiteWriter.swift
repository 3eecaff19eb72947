internal import GraftCore
internal import GraftGraph

/// Writes a `TensorProgram` as a TFLite model: schema version 3, field numbers as in schema.fbs.
struct TFLiteWriter {
  private let program: TensorProgram
  private var operators: [FlatBufferTable] = []
  private var codes: [(operation: TFLiteOperator, version: Int)] = []
  private var tensors: [FlatBufferTable] = []
  /// The first one is what tensors without numbers of their own refer to.
  private var buffers = [FlatBufferTable()]
  private var names: Set<String> = []

  /// The bytes of a model.
  ///
  /// - Parameter metadata: Named bytes that travel along.
  static func bytes(of program: TensorProgram, name: String, metadata: [(name: String, bytes: [UInt8])]) throws
    -> [UInt8]
  {
    var writer = TFLiteWriter(program: program)
    for index in program.values.indices { writer.addTensor(index) }
    for step in program.steps { try writer.add(step) }
    return try FlatBufferWriter.bytes(of: writer.model(name, metadata), identifier: TFLiteFile.identifier)
  }

  private init(program: TensorProgram) { self.program = program }

  private mutating func model(_ name: String, _ metadata: [(name: String, bytes: [UInt8])]) -> FlatBufferTable {
    var subgraph = FlatBufferTable()
    subgraph.set(0, tensors)
    subgraph.set(1, [program.input])
    subgraph.set(2, [program.output])
    subgraph.set(3, operators)
    subgraph.set(4, name)
    let entries = metadata.map { entry in
      var table = FlatBufferTable()
      table.set(0, entry.name)
      table.set(1, addBuffer(entry.bytes))
      return table
    }
    var model = FlatBufferTable()
    model.set(0, 3)
    model.set(
      1,
      codes.map { code in
        var table = FlatBufferTable()
        table.set(0, byte: min(code.operation.rawValue, 127))
        table.set(2, code.version)
        table.set(3, code.operation.rawValue)
        return table
      })
    model.set(2, [subgraph])
    model.set(3, "Graft \(GraftVersion.current)")
    model.set(4, buffers)
    model.set(6, entries)
    model.set(7, [signature])
    return model
  }

  /// What callers by name find: the input under its layer's name, the result as Keras calls it.
  private var signature: FlatBufferTable {
    func entry(_ name: String, _ tensor: Int) -> FlatBufferTable {
      var table = FlatBufferTable()
      table.set(0, name)
      table.set(1, tensor)
      return table
    }
    var signature = FlatBufferTable()
    signature.set(0, [entry(program.values[program.input].name, program.input)])
    signature.set(1, [entry(TFLiteFile.outputName, program.output)])
    signature.set(2, "serving_default")
    return signature
  }

  // MARK: Tensors

  private mutating func addBuffer(_ bytes: [UInt8]) -> Int {
    var buffer = FlatBufferTable()
    buffer.set(0, bytes: bytes)
    buffers.append(buffer)
    return buffers.count - 1
  }

  private mutating func unique(_ name: String) -> String {
    var result = name
    var number = 1
    while !names.insert(result).inserted {
      number += 1
      result = "\(name)_\(number)"
    }
    return result
  }

  private mutating func addTensor(_ index: Int) {
    let value = program.values[index]
    var tensor = FlatBufferTable()
    tensor.set(3, unique(value.name))
    guard let constant = value.constant else {
      // The batch is 1 until somebody asks for more.
      tensor.set(0, value.shape.prepending(1).dimensions)
      tensor.set(7, value.shape.prepending(-1).dimensions)
      if let format = value.format {
        tensor.set(1, byte: TFLiteType.int8)
        tensor.set(4, quantization([format.scale], [format.zeroPoint], axis: 0))
      }
      return tensors.append(tensor)
    }
    tensor.set(0, value.shape.dimensions)
    switch constant {
    case .floats(let numbers):
      tensor.set(2, addBuffer(numbers.withUnsafeBufferPointer { Array(UnsafeRawBufferPointer($0)) }))
    case .weights(let numbers, let scales, let axis):
      tensor.set(1, byte: TFLiteType.int8)
      tensor.set(2, addBuffer(numbers.map { UInt8(bitPattern: $0) }))
      tensor.set(4, quantization(scales, scales.map { _ in 0 }, axis: axis))
    case .sums(let numbers, let scales):
      tensor.set(1, byte: TFLiteType.int32)
      tensor.set(2, addBuffer(numbers.withUnsafeBytes { Array($0) }))
      tensor.set(4, quantization(scales, scales.map { _ in 0 }, axis: 0))
    }
    tensors.append(tensor)
  }

  private func quantization(_ scales: [Float], _ zeroPoints: [Int], axis: Int) -> FlatBufferTable {
    var table = FlatBufferTable()
    table.set(2, scales)
    table.set(3, long: zeroPoints)
    table.set(6, axis)
    return table
  }

  /// A constant list of whole numbers.
  private mutating func list(_ numbers: [Int], shape: Shape? = nil, name: String) -> Int {
    var tensor = FlatBufferTable()
    tensor.set(0, (shape ?? [numbers.count]).dimensions)
    tensor.set(1, byte: TFLiteType.int32)
    tensor.set(2, addBuffer(numbers.flatMap { ZipRecord.little($0, 4) }))
    tensor.set(3, unique(name))
    tensors.append(tensor)
    return tensors.count - 1
  }

  // MARK: Operators

  private mutating func add(_ step: TensorProgram.Step) throws {
    let result = program.values[step.output]
    let activation = step.activation == .relu ? 1 : step.activation == .relu6 ? 3 : 0
    var options = FlatBufferTable()
    var inputs = step.inputs
    let operation: TFLiteOperator
    var isDilated = false
    switch step.operation {
    case .convolution(let window):
      operation = .convolution
      set(window, activation: 3, activation, dilations: 4, &options)
    case .depthwise(let window, let multiplier):
      operation = .depthwiseConvolution
      isDilated = window.dilations != Extent(1)
      set(window, activation: 4, activation, dilations: 5, &options)
      options.set(3, multiplier)
    case .product:
      operation = .fullyConnected
      options.set(0, byte: activation)
      options.set(2, byte: result.shape.rank > 1 ? 1 : 0)
    case .matrixProduct(let transposesFirst, let transposesSecond):
      operation = .matrixProduct
      options.set(0, byte: transposesFirst ? 1 : 0)
      options.set(1, byte: transposesSecond ? 1 : 0)
    case .add, .multiply, .subtract, .divide:
      operation =
        switch step.operation {
        case .add: .add
        case .multiply: .multiply
        case .subtract: .subtract
        default: .divide
        }
      options.set(0, byte: activation)
    case .squaredDifference: operation = .squaredDifference
    case .maximum: operation = .maximum
    case .transpose(let order):
      operation = .transpose
      inputs.append(list([0] + order.map { $0 + 1 }, name: "\(result.name)/order"))
    case .function(let function):
      guard let known = TFLiteOperator.functions.first(where: { $0.function == function }) else {
        throw GraftError(.unsupported, "TFLite has no operator for \(step.operation).")
      }
      operation = known.operation
      // Softmax's steepness, Keras's slope.
      if operation == .softmax { options.set(0, Float(1)) }
      if operation == .leakyRelu { options.set(0, Float(0.2)) }
    case .pad(let sides):
      operation = .pad
      inputs.append(
        list(
          [0, 0, sides.top, sides.bottom, sides.left, sides.right, 0, 0], shape: [4, 2], name: "\(result.name)/sides"))
    case .crop(let sides):
      operation = .slice
      inputs.append(list([0, sides.top, sides.left, 0], name: "\(result.name)/begin"))
      inputs.append(list([-1] + result.shape.dimensions, name: "\(result.name)/size"))
    case .pooling(let kind, let size, let window):
      operation = kind == .max ? .maxPool : .averagePool
      options.set(0, byte: window.isSame ? 0 : 1)
      options.set(1, window.strides.width)
      options.set(2, window.strides.height)
      options.set(3, size.width)
      options.set(4, size.height)
      options.set(5, byte: activation)
    case .poolingOfAll(let kind, let keepsDimensions):
      operation = kind == .max ? .reduceMax : .mean
      inputs.append(list([1, 2], name: "\(result.name)/axes"))
      options.set(0, byte: keepsDimensions ? 1 : 0)
    case .meanOfChannels:
      operation = .mean
      inputs.append(list([result.shape.rank], name: "\(result.name)/axes"))
      options.set(0, byte: 1)
    case .reshape(let shape):
      operation = .reshape
      inputs.append(list([-1] + shape.dimensions, name: "\(result.name)/shape"))
      options.set(0, [-1] + shape.dimensions)
    case .concatenate(let axis):
      operation = .concatenation
      options.set(0, axis + 1)
      options.set(1, byte: activation)
    case .quantize: operation = .quantize
    case .dequantize: operation = .dequantize
    }
    let isWhole =
      step.operation == .dequantize ? program.values[step.inputs[0]].constant != nil : result.format != nil
    let version = operation.version(
      isWhole: isWhole, isDilated: isDilated, keepsAxes: step.operation == .product && result.shape.rank > 1)
    var table = FlatBufferTable()
    table.set(0, code(operation, version))
    table.set(1, inputs)
    table.set(2, [step.output])
    if operation.optionsType != 0 {
      table.set(3, byte: operation.optionsType)
      table.set(4, options)
    }
    operators.append(table)
  }

  private func set(
    _ window: TensorOperation.Window, activation field: Int, _ activation: Int, dilations: Int,
    _ options: inout FlatBufferTable
  ) {
    options.set(0, byte: window.isSame ? 0 : 1)
    options.set(1, window.strides.width)
    options.set(2, window.strides.height)
    options.set(field, byte: activation)
    options.set(dilations, window.dilations.width)
    options.set(dilations + 1, window.dilations.height)
  }

  private mutating func code(_ operation: TFLiteOperator, _ version: Int) -> Int {
    if let known = codes.firstIndex(where: { $0 == (operation, version) }) { return known }
    codes.append((operation, version))
    return codes.count - 1
  }
}
