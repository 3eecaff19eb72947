internal import GraftCore
internal import GraftGraph

/// Writes a `TensorProgram` as a TensorFlow graph (GraphDef in graph.proto). Weights are constants of it.
struct TensorFlowGraphWriter {
  private let program: TensorProgram
  private(set) var graph = ProtobufMessage()
  private var names: Set<String> = []
  /// The names of values that have been written.
  private var written: [Int: String] = [:]

  /// What the result is called in the graph.
  private(set) var outputName = ""
  /// What the picture is called in the graph.
  private(set) var inputName = ""

  /// Versions of graphs: written as TensorFlow 2.9 does, to be read by every 2.x that has the operations.
  private static let versions = (producer: 1087, consumer: 12)

  init(_ program: TensorProgram, classNames: [String], inputName: String) throws {
    self.program = program
    let picture = program.values[program.input]
    self.inputName = unique("serving_default_\(inputName)")
    var placeholder = TensorFlowNode("Placeholder", name: self.inputName)
    placeholder.set("dtype", type: TensorFlowType.float)
    placeholder.set("shape", shape: picture.shape.prepending(-1).dimensions)
    add(placeholder, for: program.input, self.inputName)
    for step in program.steps { try add(step) }
    guard let result = written[program.output] else {
      throw GraftError(.invalidArgument, "The network has no output.")
    }
    outputName = unique("StatefulPartitionedCall")
    var identity = TensorFlowNode("Identity", name: outputName, inputs: [result])
    identity.set("T", type: TensorFlowType.float)
    graph.add(1, identity.message)
    if !classNames.isEmpty {
      var names = TensorFlowNode("Const", name: SavedModelFile.classNames)
      names.set("dtype", type: TensorFlowType.string)
      names.set("value", tensor: TensorFlowNode.tensor(texts: classNames))
      graph.add(1, names.message)
    }
    var versions = ProtobufMessage()
    versions.add(1, Self.versions.producer)
    versions.add(2, Self.versions.consumer)
    graph.add(4, versions)
  }

  // MARK: Nodes

  /// A name that nothing else has, of the characters that TensorFlow allows.
  private mutating func unique(_ name: String) -> String {
    let allowed = name.unicodeScalars.map { scalar in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "_./-".unicodeScalars.contains(scalar))
        ? Character(scalar) : "_"
    }
    var base = String(allowed)
    if base.first?.isLetter != true { base = "n" + base }
    // Names without a number are taken, too: another node's may have been made unique into them.
    var result = base
    var number = 0
    while result == SavedModelFile.classNames || !names.insert(result).inserted {
      number += 1
      result = "\(base)_\(number)"
    }
    return result
  }

  private mutating func add(_ node: TensorFlowNode, for value: Int, _ name: String) {
    graph.add(1, node.message)
    written[value] = name
  }

  /// The name of an operand; a constant is written when it is first read.
  private mutating func operand(_ value: Int) throws -> String {
    if let known = written[value] { return known }
    guard case .floats(let tensor) = program.values[value].constant else {
      throw GraftError(.invalidArgument, "'\(program.values[value].name)' is read before it is computed.")
    }
    let name = unique(program.values[value].name)
    var node = TensorFlowNode("Const", name: name)
    node.set("dtype", type: TensorFlowType.float)
    node.set(
      "value",
      tensor: TensorFlowNode.tensor(
        type: TensorFlowType.float, shape: tensor.shape.dimensions,
        content: tensor.withUnsafeBufferPointer { Array(UnsafeRawBufferPointer($0)) }))
    add(node, for: value, name)
    return name
  }

  /// A constant list of whole numbers, or one number.
  private mutating func list(_ numbers: [Int], shape: [Int]? = nil, name: String) -> String {
    let name = unique(name)
    var node = TensorFlowNode("Const", name: name)
    node.set("dtype", type: TensorFlowType.int32)
    node.set(
      "value",
      tensor: TensorFlowNode.tensor(
        type: TensorFlowType.int32, shape: shape ?? [numbers.count],
        content: numbers.flatMap { ZipRecord.little($0, 4) }))
    graph.add(1, node.message)
    return name
  }

  private mutating func add(_ step: TensorProgram.Step) throws {
    let result = program.values[step.output]
    var inputs = try step.inputs.map { try operand($0) }
    let name = unique(result.name)
    var attributes: (inout TensorFlowNode) -> Void = { _ in }
    let type: String
    func index(_ node: inout TensorFlowNode, _ name: String) { node.set(name, type: TensorFlowType.int32) }
    switch step.operation {
    case .convolution(let window):
      type = "Conv2D"
      attributes = { Self.set(window, &$0) }
    case .depthwise(let window, _):
      type = "DepthwiseConv2dNative"
      attributes = { Self.set(window, &$0) }
    case .product where result.shape.rank == 1:
      type = "MatMul"
      attributes = {
        $0.set("transpose_a", bool: false)
        $0.set("transpose_b", bool: false)
      }
    case .product: type = "BatchMatMulV2"
    case .matrixProduct(let transposesFirst, let transposesSecond):
      type = "BatchMatMulV2"
      attributes = {
        $0.set("adj_x", bool: transposesFirst)
        $0.set("adj_y", bool: transposesSecond)
      }
    case .add: type = "AddV2"
    case .multiply: type = "Mul"
    case .subtract: type = "Sub"
    case .divide: type = "RealDiv"
    case .squaredDifference: type = "SquaredDifference"
    case .maximum: type = "Maximum"
    case .transpose(let order):
      type = "Transpose"
      inputs.append(list([0] + order.map { $0 + 1 }, name: "\(name)/order"))
      attributes = { index(&$0, "Tperm") }
    case .function(let function):
      guard let known = TensorFlowFunctions.names.first(where: { $0.function == function }) else {
        throw Self.unknown(step.operation)
      }
      type = known.operation
      if function == .activation(.leakyReLU) { attributes = { $0.set("alpha", float: 0.2) } }
    case .pad(let sides):
      type = "Pad"
      inputs.append(
        list([0, 0, sides.top, sides.bottom, sides.left, sides.right, 0, 0], shape: [4, 2], name: "\(name)/paddings"))
      attributes = { index(&$0, "Tpaddings") }
    case .crop(let sides):
      type = "Slice"
      inputs.append(list([0, sides.top, sides.left, 0], name: "\(name)/begin"))
      inputs.append(list([-1] + result.shape.dimensions, name: "\(name)/size"))
      attributes = { index(&$0, "Index") }
    case .pooling(let kind, let size, let window):
      type = kind == .max ? "MaxPool" : "AvgPool"
      attributes = {
        $0.set("ksize", ints: [1, size.height, size.width, 1])
        $0.set("strides", ints: [1, window.strides.height, window.strides.width, 1])
        $0.set("padding", text: window.isSame ? "SAME" : "VALID")
        $0.set("data_format", text: "NHWC")
      }
    case .poolingOfAll(let kind, let keepsDimensions):
      type = kind == .max ? "Max" : "Mean"
      inputs.append(list([1, 2], name: "\(name)/axes"))
      attributes = {
        $0.set("keep_dims", bool: keepsDimensions)
        index(&$0, "Tidx")
      }
    case .meanOfChannels:
      type = "Mean"
      inputs.append(list([result.shape.rank], name: "\(name)/axes"))
      attributes = {
        $0.set("keep_dims", bool: true)
        index(&$0, "Tidx")
      }
    case .reshape(let shape):
      type = "Reshape"
      inputs.append(list([-1] + shape.dimensions, name: "\(name)/shape"))
      attributes = { index(&$0, "Tshape") }
    case .concatenate(let axis):
      type = "ConcatV2"
      let count = inputs.count
      inputs.append(list([axis + 1], shape: [], name: "\(name)/axis"))
      attributes = {
        $0.set("N", int: count)
        index(&$0, "Tidx")
      }
    case .quantize, .dequantize: throw Self.unknown(step.operation)
    }
    var node = TensorFlowNode(type, name: name, inputs: inputs)
    node.set("T", type: TensorFlowType.float)
    attributes(&node)
    node.setResult(shape: result.shape.prepending(-1).dimensions)
    add(node, for: step.output, name)
  }

  private static func set(_ window: TensorOperation.Window, _ node: inout TensorFlowNode) {
    node.set("strides", ints: [1, window.strides.height, window.strides.width, 1])
    node.set("dilations", ints: [1, window.dilations.height, window.dilations.width, 1])
    node.set("padding", text: window.isSame ? "SAME" : "VALID")
    node.set("data_format", text: "NHWC")
  }

  private static func unknown(_ operation: TensorOperation) -> GraftError {
    GraftError(.unsupported, "TensorFlow has no operation for \(operation).")
  }
}
