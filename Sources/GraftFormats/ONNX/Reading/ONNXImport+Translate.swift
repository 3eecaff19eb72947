internal import GraftCore
internal import GraftGraph
internal import GraftLayers

extension ONNXImport {
  /// The operators that are read, sorted.
  static let operators = [
    "Add", "AveragePool", "BatchNormalization", "Cast", "Clip", "Concat", "Constant", "ConstantOfShape", "Conv", "Div",
    "Dropout", "Elu", "Erf (in a GELU)", "Exp", "Flatten", "Gather (of shapes, of whole batches)", "Gelu", "Gemm",
    "GlobalAveragePool", "GlobalMaxPool", "HardSigmoid", "HardSwish", "Identity", "LayerNormalization", "LeakyRelu",
    "MatMul", "Max", "MaxPool", "Min", "Mish", "Mul", "Neg", "PRelu", "Pad", "Range (of a batch)", "ReduceMax",
    "ReduceMean", "Relu", "Reshape", "Selu", "Shape", "Sigmoid", "Slice", "Softmax", "Softplus", "Softsign", "Squeeze",
    "Sub", "Swish", "Tanh", "Transpose", "Unsqueeze",
  ]

  /// Translates one node.
  mutating func translate(_ node: ONNXNode) throws {
    if node.type == "Constant" { return try define(node, constant(of: node)) }
    if try placePictures(node) { return }
    let inputs = node.inputs.filter { !$0.isEmpty }
    guard !inputs.isEmpty, inputs.allSatisfy(isConstant), !node.inputs.prefix(inputs.count).contains("") else {
      return try translateTensors(node)
    }
    let constants = try inputs.indices.compactMap { try constant($0, of: node) }
    guard let result = try ONNXFolding.result(of: node, constants) else {
      guard Self.operators.contains(node.type) else { throw unknown(node) }
      throw node.unsupported("it reads constants alone, and is not computed in advance for such ones.")
    }
    try define(node, result)
  }

  private mutating func define(_ node: ONNXNode, _ constant: ONNXConstant) throws {
    guard constant.count > 0 || constant.shape.count == 1 else { throw node.corrupt("its result is empty.") }
    try spend(constant.count, node)
    if let name = node.outputs.first { operands[name] = .constant(constant) }
  }

  private func constant(of node: ONNXNode) throws -> ONNXConstant {
    for (key, value) in node.attributes {
      switch (key, value) {
      case ("value", .tensor(let record)): return try record.constant()
      case ("value_float", .float(let number)): return ONNXConstant(shape: [], [number])
      case ("value_floats", .floats(let numbers)): return ONNXConstant(shape: [numbers.count], numbers)
      case ("value_int", .int(let number)): return ONNXConstant(shape: [], [number])
      case ("value_ints", .ints(let numbers)): return ONNXConstant(shape: [numbers.count], numbers)
      default: continue
      }
    }
    throw node.unsupported("expected a constant of numbers.")
  }

  private mutating func translateTensors(_ node: ONNXNode) throws {
    switch node.type {
    case "Conv": try convolution(node)
    case "Gemm": try gemm(node)
    case "MatMul": try matrixProduct(node)
    case "BatchNormalization": try batchNormalization(node)
    case "LayerNormalization": try layerNormalization(node)
    case "MaxPool", "AveragePool": try pooling(node)
    case "GlobalAveragePool", "GlobalMaxPool": try globalPooling(node)
    case "ReduceMean", "ReduceMax": try reduction(node)
    case "Add", "Sub", "Mul", "Div": try arithmetic(node)
    case "Max", "Min": try bound(node)
    case "Clip": try clip(node)
    case "PRelu", "LeakyRelu": try leaky(node)
    case "HardSigmoid": try hardSigmoid(node)
    case "Elu", "Selu": try exponentialUnit(node)
    case "Neg":
      let x = try tensor(0, of: node)
      set(node, x.with(try rescaled(x.tensor, -1, 0, name: name(node))))
    case "Gelu":
      guard try node.text("approximate", default: "none") == "none" else {
        throw node.unsupported("only the exact GELU is known.")
      }
      try activation(node, .gelu)
    case "Relu": try activation(node, .relu)
    case "Sigmoid": try activation(node, .sigmoid)
    case "Tanh": try activation(node, .tanh)
    case "Exp": try activation(node, .exponential)
    case "HardSwish": try activation(node, .hardSwish)
    case "Mish": try activation(node, .mish)
    case "Softplus": try activation(node, .softplus)
    case "Softsign": try activation(node, .softsign)
    case "Swish":
      guard try node.float("alpha", default: 1) == 1 else { throw node.unsupported("only an alpha of 1 is known.") }
      try activation(node, .swish)
    case "Softmax": try softmax(node)
    case "Identity", "Dropout", "Cast": try passOn(node)
    case "Transpose": try transpose(node)
    case "Reshape": try reshape(node)
    case "Flatten": try flatten(node)
    case "Gather": try gather(node)
    case "Squeeze", "Unsqueeze": try units(node)
    case "Shape": try shape(node)
    case "Concat": try concatenation(node)
    case "Pad": try pad(node)
    case "Slice": try slice(node)
    default: throw unknown(node)
    }
  }

  private func unknown(_ node: ONNXNode) -> GraftError {
    node.unsupported(
      "Graft does not read this operator from ONNX. It reads: \(Self.operators.joined(separator: ", ")).")
  }
}
