internal import GraftCore
internal import GraftGraph

/// Reads a SavedModel of the operations that Graft writes.
///
/// Files come from anywhere: lengths are checked before they are used, and every operand must be there before it is read.
struct SavedModelReader {
  private var program = TensorProgram(.tensorFlow)
  /// Values by the names of their nodes.
  private var values: [String: Int] = [:]
  /// Lists of whole numbers, which operations read themselves.
  private var lists: [String: [Int]] = [:]
  /// Whether the input has been read.
  private var hasInput = false

  /// The network.
  static func read(_ bytes: [UInt8]) throws -> TensorProgram {
    let meta = try ProtobufReader.fields(of: bytes[...]).filter { $0.number == 2 }
    guard meta.count == 1, let fields = try meta[0].value.bytes.map({ try ProtobufReader.fields(of: $0) }),
      let graph = fields.first(where: { $0.number == 2 })?.value.bytes
    else { throw damaged("it should have one graph") }
    var reader = SavedModelReader()
    for (number, value) in try ProtobufReader.fields(of: graph) where number == 1 {
      try reader.readNode(value.bytes ?? [])
    }
    let output = try reader.output(of: fields.filter { $0.number == 5 }.map { $0.value.bytes ?? [] })
    guard reader.hasInput, let value = reader.values[output] else { throw damaged("its signature names no node") }
    reader.program.output = value
    return reader.program
  }

  private static func damaged(_ reason: String) -> GraftError {
    GraftError(.corrupt, "The SavedModel is damaged: \(reason).")
  }

  /// The name of the node that `serving_default` gives.
  private func output(of signatures: [ArraySlice<UInt8>]) throws -> String {
    for entry in signatures {
      let signature = try TensorFlowSignature(entry)
      guard signature.name == "serving_default", let name = signature.outputs.first?.tensor else { continue }
      return name.hasSuffix(":0") ? String(name.dropLast(2)) : name
    }
    throw Self.damaged("it has no signature 'serving_default'")
  }

  // MARK: Nodes

  private mutating func readNode(_ message: ArraySlice<UInt8>) throws {
    var (name, type) = ("", "")
    var inputs: [String] = []
    var attributes = TensorFlowAttributes()
    for (number, value) in try ProtobufReader.fields(of: message) {
      switch number {
      case 1: name = value.text ?? ""
      case 2: type = value.text ?? ""
      case 3: inputs.append(value.text ?? "")
      case 5: try attributes.add(value.bytes ?? [])
      default: break
      }
    }
    guard !name.isEmpty, values[name] == nil, lists[name] == nil else {
      throw Self.damaged("a node has no name, or another's")
    }
    switch type {
    case "Const": try readConstant(name, attributes)
    case "Placeholder":
      guard !hasInput, let lengths = try attributes.shape("shape"), !lengths.isEmpty else {
        throw Self.damaged("one input is expected, with a shape")
      }
      program.input = program.add(.init(name: name, shape: try Self.shape(lengths.dropFirst())))
      values[name] = program.input
      hasInput = true
    case "Identity":
      guard let source = inputs.first.flatMap({ values[$0] }) else { throw Self.damaged("'\(name)' reads nothing") }
      values[name] = source
    default:
      guard let lengths = try attributes.resultShape(), !lengths.isEmpty else {
        throw Self.damaged("'\(name)' does not say what its result looks like")
      }
      let shape = try Self.shape(lengths.dropFirst())
      try readStep(type, name, inputs, attributes, shape)
    }
  }

  private static func shape(_ lengths: some Sequence<Int>) throws -> Shape {
    let shape = Shape(Array(lengths))
    guard let count = shape.byteCount(elementSize: 1), count <= 1 << 31 else {
      throw damaged("a tensor has an impossible shape")
    }
    return shape
  }

  private mutating func readConstant(_ name: String, _ attributes: TensorFlowAttributes) throws {
    let fields = try ProtobufReader.fields(of: attributes.tensor("value") ?? [])
    let type = fields.first { $0.number == 1 }?.value.int
    let lengths = try fields.first { $0.number == 2 }?.value.bytes.map { try TensorFlowAttributes.shape($0) } ?? []
    let shape = try Self.shape(lengths)
    let data = fields.first { $0.number == 4 }?.value.bytes ?? []
    switch type {
    case TensorFlowType.float:
      guard data.count == 4 * shape.count else { throw Self.damaged("'\(name)' has another size than its shape") }
      let numbers = Tensor(shape: shape) { elements in
        data.withUnsafeBytes { UnsafeMutableRawBufferPointer(elements).copyMemory(from: $0) }
      }
      guard numbers.withUnsafeBufferPointer({ $0.allSatisfy(\.isFinite) }) else {
        throw GraftError(.nonFinite, "The constant '\(name)' of the SavedModel holds numbers that are not finite.")
      }
      values[name] = program.constant(numbers, name: name)
    case TensorFlowType.int32:
      guard data.count == 4 * shape.count, data.count <= 64 else {
        throw Self.damaged("'\(name)' has another size than its shape")
      }
      lists[name] = data.withUnsafeBytes { bytes in
        (0..<(data.count / 4)).map { Int(bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self)) }
      }
    case TensorFlowType.string: lists[name] = []
    default: throw Self.damaged("'\(name)' has numbers of a kind that Graft does not write")
    }
  }

  /// The first operands of a node, which must have been made before it.
  private func operands(_ inputs: [String], _ count: Int, _ name: String) throws -> [Int] {
    let found = inputs.prefix(count).compactMap { values[$0] }
    guard found.count == count else { throw Self.damaged("'\(name)' reads what nothing before it makes") }
    return found
  }

  private func list(_ inputs: [String], _ place: Int, _ name: String) throws -> [Int] {
    guard inputs.indices.contains(place), let list = lists[inputs[place]] else {
      throw Self.damaged("'\(name)' lacks an operand")
    }
    return list
  }

  private mutating func readStep(
    _ type: String, _ name: String, _ inputs: [String], _ attributes: TensorFlowAttributes, _ shape: Shape
  ) throws {
    let operation: TensorOperation
    var count = 1
    switch type {
    case "Conv2D", "DepthwiseConv2dNative":
      let window = try window(attributes, name)
      count = 2
      if type == "Conv2D" {
        operation = .convolution(window)
      } else {
        let kernel = program.values[try operands(inputs, 2, name)[1]].shape
        guard kernel.rank == 4 else { throw Self.damaged("'\(name)' has no kernel") }
        operation = .depthwise(window, multiplier: kernel[3])
      }
    case "MatMul", "BatchMatMulV2":
      count = 2
      let (first, second) = type == "MatMul" ? ("transpose_a", "transpose_b") : ("adj_x", "adj_y")
      let transposes = (try attributes.bool(first), try attributes.bool(second))
      if program.values[try operands(inputs, 2, name)[1]].constant == nil {
        operation = .matrixProduct(transposesFirst: transposes.0, transposesSecond: transposes.1)
      } else {
        guard transposes == (false, false) else { throw Self.damaged("'\(name)' transposes a matrix of weights") }
        operation = .product
      }
    case "AddV2": (operation, count) = (.add, 2)
    case "Maximum": (operation, count) = (.maximum, 2)
    case "Transpose":
      guard let order = TensorOperation.order(ofAxes: try list(inputs, 1, name)) else {
        throw Self.damaged("'\(name)' has no order of axes")
      }
      operation = .transpose(order)
    case "Mul": (operation, count) = (.multiply, 2)
    case "Sub": (operation, count) = (.subtract, 2)
    case "RealDiv": (operation, count) = (.divide, 2)
    case "SquaredDifference": (operation, count) = (.squaredDifference, 2)
    case "Pad":
      let sides = try list(inputs, 1, name)
      guard sides.count == 8, sides.allSatisfy({ (0...TensorProgram.mostPadding).contains($0) }),
        [0, 1, 6, 7].allSatisfy({ sides[$0] == 0 })
      else { throw Self.damaged("the padding '\(name)' is impossible") }
      operation = .pad(Padding(top: sides[2], bottom: sides[3], left: sides[4], right: sides[5]))
    case "Slice":
      let source = program.values[try operands(inputs, 1, name)[0]].shape
      guard let sides = Padding(cropping: source, to: shape, begin: try list(inputs, 1, name)) else {
        throw Self.damaged("'\(name)' lies outside its picture")
      }
      operation = .crop(sides)
    case "MaxPool", "AvgPool":
      let size = try attributes.ints("ksize")
      guard size.count == 4 else { throw Self.damaged("'\(name)' has no window") }
      operation = .pooling(
        type == "MaxPool" ? .max : .average, size: Extent(height: size[1], width: size[2]),
        try window(attributes, name))
    case "Mean", "Max":
      let axes = try list(inputs, 1, name)
      let keeps = try attributes.bool("keep_dims")
      if axes == [1, 2] {
        operation = .poolingOfAll(type == "Mean" ? .average : .max, keepsDimensions: keeps)
      } else if type == "Mean", keeps, axes == [shape.rank] {
        operation = .meanOfChannels
      } else {
        throw Self.damaged("'\(name)' is taken over other axes than Graft's")
      }
    case "Reshape": operation = .reshape(shape)
    case "ConcatV2":
      count = inputs.count - 1
      guard count > 0, let axis = try list(inputs, count, name).first, shape.dimensions.indices.contains(axis - 1)
      else {
        throw Self.damaged("'\(name)' joins values along no axis")
      }
      operation = .concatenate(axis: axis - 1)
    default:
      guard let known = TensorFlowFunctions.names.first(where: { $0.operation == type }) else {
        throw GraftError(.unsupported, "The SavedModel has the operation '\(type)', which Graft does not write.")
      }
      if type == "LeakyRelu", try attributes.float("alpha") != 0.2 { throw Self.damaged("a slope is not Keras's") }
      operation = .function(known.function)
    }
    values[name] = program.step(operation, try operands(inputs, count, name), shape: shape, name: name)
  }

  private func window(_ attributes: TensorFlowAttributes, _ name: String) throws -> TensorOperation.Window {
    let strides = try attributes.ints("strides")
    let dilations = try attributes.ints("dilations")
    guard strides.count == 4, dilations.isEmpty || dilations.count == 4, let padding = try attributes.text("padding"),
      ["SAME", "VALID"].contains(padding)
    else { throw Self.damaged("'\(name)' has no window") }
    return TensorOperation.Window(
      strides: Extent(height: strides[1], width: strides[2]),
      dilations: dilations.isEmpty ? Extent(1) : Extent(height: dilations[1], width: dilations[2]),
      isSame: padding == "SAME")
  }
}
