internal import GraftCore
internal import GraftGraph

/// Reads a TFLite model of the operators that Graft writes.
///
/// Files come from anywhere: everything is checked before it is used, numbers are taken from the file once each, and counts are
/// bounded.
struct TFLiteReader {
  private let root: FlatBufferReader
  private var program = TensorProgram(.tflite)
  private var tensors: [FlatBufferReader] = []
  /// How many bytes of names and numbers may still be copied: as many as the file has.
  private var rest: Int

  /// More than any network has.
  private static let limits = (
    operators: 1 << 14, tensors: 1 << 16, lengths: 6, operands: TensorProgram.mostOperands
  )

  /// The network, and what travels along with it.
  static func read(_ bytes: [UInt8]) throws -> (program: TensorProgram, metadata: [String: [UInt8]]) {
    var reader = try TFLiteReader(bytes)
    try reader.readGraph()
    return (reader.program, try reader.metadata())
  }

  private init(_ bytes: [UInt8]) throws {
    root = try FlatBufferReader(bytes, identifier: TFLiteFile.identifier)
    rest = bytes.count
    guard try root.int(0) == 3 else {
      throw GraftError(.unsupported, "The TFLite model has the schema version \(try root.int(0)); 3 is known.")
    }
  }

  private func damaged(_ reason: String) -> GraftError {
    GraftError(.corrupt, "The TFLite model is damaged: \(reason).")
  }

  private mutating func take(_ count: Int) throws {
    rest -= count
    guard rest >= 0 else { throw damaged("it uses the same part more than once") }
  }

  private mutating func metadata() throws -> [String: [UInt8]] {
    guard try root.count(6) <= 64 else { throw damaged("it has too many parts beside the network") }
    var result: [String: [UInt8]] = [:]
    for entry in try root.tables(6) {
      let bytes = try root.table(4, entry.int(1)).bytes(0)
      try take(bytes.count)
      result[try entry.text(0)] = Array(bytes)
    }
    return result
  }

  // MARK: Graph

  private mutating func readGraph() throws {
    guard try root.count(2) == 1 else { throw damaged("one graph is expected, it has \(try root.count(2))") }
    let graph = try root.table(2, 0)
    guard try graph.count(0) <= Self.limits.tensors, try graph.count(3) <= Self.limits.operators,
      try root.count(1) <= Self.limits.operators
    else { throw damaged("it has more parts than any network") }
    tensors = try graph.tables(0)
    for index in tensors.indices { try readTensor(index) }
    let inputs = try graph.ints(1, limit: 1)
    let outputs = try graph.ints(2, limit: 1)
    guard inputs.count == 1, outputs.count == 1, tensors.indices.contains(inputs[0]),
      tensors.indices.contains(outputs[0]), program.values[inputs[0]].constant == nil
    else { throw damaged("one input and one output are expected") }
    program.input = inputs[0]
    program.output = outputs[0]
    let codes = try root.tables(1).map { code in
      let number = max(try code.int(3), try code.byte(0))
      guard let known = TFLiteOperator(rawValue: number) else {
        throw GraftError(.unsupported, "The TFLite model has the operator \(number), which Graft does not write.")
      }
      return known
    }
    for index in 0..<(try graph.count(3)) {
      let table = try graph.table(3, index)
      let code = try table.int(0)
      guard codes.indices.contains(code) else { throw damaged("an operator has no code") }
      try readOperator(codes[code], table)
    }
  }

  private mutating func readTensor(_ index: Int) throws {
    let tensor = tensors[index]
    let lengths = try tensor.ints(0, limit: Self.limits.lengths)
    guard let count = Shape(lengths).byteCount(elementSize: 1), count <= 1 << 31 else {
      throw damaged("a tensor has an impossible shape")
    }
    let name = try tensor.text(3)
    try take(name.utf8.count)
    let data = try root.table(4, tensor.int(2)).bytes(0)
    let type = try tensor.byte(1)
    let quantization = try tensor.table(4)
    if data.isEmpty {
      guard !lengths.isEmpty else { throw damaged("the result '\(name)' has no batch") }
      var value = TensorProgram.Value(name: name, shape: Shape(lengths).droppingFirst)
      if type == TFLiteType.int8 { value.format = try format(quantization) }
      guard type == TFLiteType.int8 || type == TFLiteType.float32 else {
        throw damaged("the result '\(name)' has numbers of a kind that Graft does not write")
      }
      _ = program.add(value)
    } else {
      try take(data.count)
      let constant = try constant(data, type, count, quantization, lengths)
      _ = program.add(.init(name: name, shape: Shape(lengths), constant: constant))
    }
  }

  private func format(_ quantization: FlatBufferReader?) throws -> AffineFormat {
    guard let quantization, let scale = try quantization.floats(2, limit: 1).first, scale > 0, scale.isFinite,
      let zeroPoint = try quantization.ints(3, size: 8, limit: 1).first, (-128...127).contains(zeroPoint)
    else { throw damaged("whole numbers have no scale") }
    return AffineFormat(scale: scale, zeroPoint: zeroPoint)
  }

  /// nil for lists of whole numbers, which operators read themselves.
  private mutating func constant(
    _ data: ArraySlice<UInt8>, _ type: Int, _ count: Int, _ quantization: FlatBufferReader?, _ lengths: [Int]
  ) throws -> TensorConstant? {
    let size = type == TFLiteType.int8 ? 1 : 4
    guard data.count == count * size else { throw damaged("a constant has another size than its shape") }
    if type == TFLiteType.float32 {
      let numbers = Tensor(shape: Shape(lengths)) { elements in
        data.withUnsafeBytes { UnsafeMutableRawBufferPointer(elements).copyMemory(from: $0) }
      }
      guard numbers.withUnsafeBufferPointer({ $0.allSatisfy(\.isFinite) }) else {
        throw GraftError(.nonFinite, "The TFLite model has constants that are not finite numbers.")
      }
      return .floats(numbers)
    }
    guard let quantization else { return nil }
    let axis = try quantization.int(6)
    guard lengths.indices.contains(axis) else { throw damaged("scales lie along an axis that is not there") }
    let scales = try quantization.floats(2, limit: lengths[axis])
    try take(scales.count)
    guard scales.count == lengths[axis], scales.allSatisfy({ $0.isFinite && $0 > 0 }),
      try quantization.ints(3, size: 8, limit: scales.count).allSatisfy({ $0 == 0 })
    else { throw damaged("weights have scales that do not fit") }
    switch type {
    case TFLiteType.int8: return .weights(data.map { Int8(bitPattern: $0) }, scales: scales, axis: axis)
    case TFLiteType.int32 where lengths.count == 1: return .sums(Self.numbers(data).map { Int32($0) }, scales: scales)
    default: throw damaged("a constant has numbers of a kind that Graft does not write")
    }
  }

  private static func numbers(_ data: ArraySlice<UInt8>) -> [Int] {
    data.withUnsafeBytes { bytes in
      (0..<(data.count / 4)).map { Int(bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self)) }
    }
  }

  /// The whole numbers of an operand.
  private func list(_ inputs: [Int], _ place: Int) throws -> [Int] {
    guard inputs.indices.contains(place), tensors.indices.contains(inputs[place]) else {
      throw damaged("an operator has too few operands")
    }
    let tensor = tensors[inputs[place]]
    let data = try root.table(4, tensor.int(2)).bytes(0)
    guard try tensor.byte(1) == TFLiteType.int32, data.count <= 64 else {
      throw damaged("an operator's operand is no list of whole numbers")
    }
    return Self.numbers(data)
  }

  // MARK: Operators

  private mutating func readOperator(_ operation: TFLiteOperator, _ table: FlatBufferReader) throws {
    let inputs = try table.ints(1, limit: Self.limits.operands)
    let outputs = try table.ints(2, limit: 1)
    try take(4 * inputs.count)
    guard let output = outputs.first, inputs.allSatisfy(tensors.indices.contains), !inputs.isEmpty,
      tensors.indices.contains(output), program.values[output].constant == nil
    else { throw damaged("an operator's operands are not there") }
    let options = try table.table(4)
    let activations: [Int: Activation] = [0: .linear, 1: .relu, 3: .relu6]
    func activation(_ field: Int) throws -> Activation {
      guard let known = activations[try options?.byte(field) ?? 0] else {
        throw damaged("an operator applies a function that Graft does not write")
      }
      return known
    }
    var step = TensorProgram.Step(operation: .quantize, inputs: inputs, output: output)
    let shape = program.values[output].shape
    switch operation {
    case .convolution:
      step.operation = .convolution(try window(options, dilations: 4))
      step.activation = try activation(3)
    case .depthwiseConvolution:
      step.operation = .depthwise(try window(options, dilations: 5), multiplier: try options?.int(3) ?? 1)
      step.activation = try activation(4)
    case .fullyConnected:
      step.operation = .product
      step.activation = try activation(0)
    case .matrixProduct:
      step.operation = .matrixProduct(
        transposesFirst: try options?.byte(0) == 1, transposesSecond: try options?.byte(1) == 1)
    case .add, .multiply, .subtract, .divide:
      step.operation =
        operation == .add ? .add : operation == .multiply ? .multiply : operation == .subtract ? .subtract : .divide
      step.activation = try activation(0)
    case .squaredDifference: step.operation = .squaredDifference
    case .maximum: step.operation = .maximum
    case .transpose:
      guard let order = TensorOperation.order(ofAxes: try list(inputs, 1)) else { throw damaged("axes have no order") }
      step.operation = .transpose(order)
      step.inputs = [inputs[0]]
    case .pad:
      let sides = try list(inputs, 1)
      guard sides.count == 8, sides.allSatisfy({ (0...TensorProgram.mostPadding).contains($0) }),
        [0, 1, 6, 7].allSatisfy({ sides[$0] == 0 })
      else { throw damaged("a padding is impossible") }
      step.operation = .pad(Padding(top: sides[2], bottom: sides[3], left: sides[4], right: sides[5]))
      step.inputs = [inputs[0]]
    case .slice:
      step.operation = .crop(try cropping(of: program.values[inputs[0]].shape, to: shape, begin: list(inputs, 1)))
      step.inputs = [inputs[0]]
    case .averagePool, .maxPool:
      guard let options else { throw damaged("a pooling has no window") }
      let size = Extent(height: try options.int(4), width: try options.int(3))
      let strides = Extent(height: try options.int(2), width: try options.int(1))
      step.operation = .pooling(
        operation == .maxPool ? .max : .average, size: size, .init(strides: strides, isSame: try options.byte(0) == 0))
      step.activation = try activation(5)
    case .mean, .reduceMax:
      let axes = try list(inputs, 1)
      let keeps = try options?.byte(0) == 1
      step.inputs = [inputs[0]]
      if axes == [1, 2] {
        step.operation = .poolingOfAll(operation == .mean ? .average : .max, keepsDimensions: keeps)
      } else if operation == .mean, keeps, axes == [shape.rank] {
        step.operation = .meanOfChannels
      } else {
        throw damaged("a mean is taken over other axes than Graft's")
      }
    case .reshape:
      step.operation = .reshape(shape)
      step.inputs = [inputs[0]]
    case .concatenation:
      let axis = (try options?.int(0) ?? 0) - 1
      guard shape.dimensions.indices.contains(axis) else { throw damaged("values are joined along no axis") }
      step.operation = .concatenate(axis: axis)
      step.activation = try activation(1)
    case .quantize: step.operation = .quantize
    case .dequantize: step.operation = .dequantize
    default:
      guard let known = TFLiteOperator.functions.first(where: { $0.operation == operation }) else {
        throw damaged("an operator is not known")
      }
      if operation == .leakyRelu, try options?.float(0) != 0.2 { throw damaged("a slope is not Keras's") }
      if operation == .softmax, try options?.float(0) != 1 { throw damaged("a softmax is not Keras's") }
      step.operation = .function(known.function)
    }
    program.append(step)
  }

  private func window(_ options: FlatBufferReader?, dilations: Int) throws -> TensorOperation.Window {
    guard let options else { throw damaged("a convolution has no window") }
    return TensorOperation.Window(
      strides: Extent(height: try options.int(2), width: try options.int(1)),
      dilations: Extent(
        height: try options.int(dilations + 1, default: 1), width: try options.int(dilations, default: 1)),
      isSame: try options.byte(0) == 0)
  }

  private func cropping(of source: Shape, to result: Shape, begin: [Int]) throws -> Padding {
    guard let sides = Padding(cropping: source, to: result, begin: begin) else {
      throw damaged("a part lies outside its picture")
    }
    return sides
  }
}

extension Padding {
  /// What is cut off a picture, by where the rest begins (batch, row, column, channel); nil if it is no part of the picture.
  init?(cropping source: Shape, to result: Shape, begin: [Int]) {
    guard source.rank == 3, result.rank == 3, begin.count == 4, begin[0] == 0, begin[3] == 0, source[2] == result[2],
      (0...source[0]).contains(begin[1]), (0...source[1]).contains(begin[2]), result[0] <= source[0] - begin[1],
      result[1] <= source[1] - begin[2]
    else { return nil }
    self.init(
      top: begin[1], bottom: source[0] - begin[1] - result[0], left: begin[2],
      right: source[1] - begin[2] - result[1])
  }
}
