internal import GraftCore

/// A function that Keras's configuration lists between layers: arithmetic on symbolic tensors, as `x / 127.5 - 1` is.
///
/// Keras 3 writes them as operations of keras.ops, Keras 2 as TFOpLambda and SlicingOpLambda.
struct KerasFunction {
  /// What a function is applied to.
  enum Operand {
    /// The next of the call's tensors.
    case tensor
    /// Numbers, and whether they go along the last axis only.
    case constant([Double], isRow: Bool)
  }

  /// What is computed.
  enum Kind: String {
    case add, subtract, multiply, divide, maximum, minimum, negative
    case relu, relu6, sigmoid, tanh, silu, softmax, softplus, exponential, elu, selu
    case mean, max, concatenate, getItem, stack, cast, resize
  }

  let name: String
  let kind: Kind
  /// The function as the file calls it.
  let written: String
  let operands: [Operand]
  /// All other arguments.
  let options: [String: JSONValue]

  /// The names of functions in Keras 3 and in Keras 2.
  private static let kinds: [String: Kind] = [
    "Add": .add, "Subtract": .subtract, "Multiply": .multiply, "TrueDivide": .divide, "Divide": .divide,
    "Maximum": .maximum, "Minimum": .minimum, "Negative": .negative, "Relu": .relu, "Relu6": .relu6,
    "Sigmoid": .sigmoid, "Tanh": .tanh, "Silu": .silu, "Softmax": .softmax, "Softplus": .softplus, "Elu": .elu,
    "Selu": .selu, "Exp": .exponential, "Mean": .mean, "Max": .max, "Concatenate": .concatenate,
    "GetItem": .getItem, "Stack": .stack, "Cast": .cast, "Resize": .resize,
    "__operators__.add": .add, "math.add": .add, "nn.bias_add": .add, "math.subtract": .subtract,
    "math.multiply": .multiply, "math.truediv": .divide, "math.divide": .divide, "math.maximum": .maximum,
    "math.minimum": .minimum, "math.negative": .negative, "nn.relu": .relu, "nn.relu6": .relu6,
    "math.sigmoid": .sigmoid, "nn.sigmoid": .sigmoid, "math.tanh": .tanh, "nn.tanh": .tanh, "nn.silu": .silu,
    "nn.swish": .silu, "nn.softmax": .softmax, "math.softplus": .softplus, "nn.elu": .elu, "nn.selu": .selu,
    "math.exp": .exponential, "math.reduce_mean": .mean, "math.reduce_max": .max, "concat": .concatenate,
    "__operators__.getitem": .getItem, "stack": .stack, "cast": .cast, "image.resize": .resize,
  ]

  private static let lambdas: Set<String> = ["TFOpLambda", "SlicingOpLambda"]

  /// Whether an entry of a model's list is a function and no layer.
  static func isFunction(_ entry: JSONValue) -> Bool {
    let className = entry["class_name"]?.string ?? ""
    if let module = entry["module"]?.string { return module.hasPrefix("keras.src.ops") }
    if lambdas.contains(className) { return true }
    // Keras 3's `.h5` files name no modules; but every layer says there whether it is trainable.
    return kinds[className] != nil && entry["config"]?["trainable"] == nil && entry["inbound_nodes"]?[0]?["args"] != nil
  }

  /// For each call of a function, the tensors that it is applied to, in the order of its operands.
  static func references(_ entry: JSONValue) throws -> [[LayerReference]] {
    try (entry["inbound_nodes"]?.array ?? []).map { node in
      let references = arguments(of: node).flatMap { LayerReference.inFunction($0.value) }
      guard !references.isEmpty else {
        throw GraftError(.corrupt, "\"\(entry["name"]?.string ?? "?")\" is called on nothing that can be read.")
      }
      return references
    }
  }

  /// The arguments of a call in their order, those without a name first.
  private static func arguments(of node: JSONValue) -> [(name: String?, value: JSONValue)] {
    let ranks = ["x": 0, "x1": 0, "a": 0, "y": 1, "x2": 1, "b": 1, "bias": 1]
    func named(_ values: JSONValue?) -> [(name: String?, value: JSONValue)] {
      (values?.object ?? [:]).sorted { (ranks[$0.key] ?? 2, $0.key) < (ranks[$1.key] ?? 2, $1.key) }
        .map { ($0.key, $0.value) }
    }
    if let positional = node["args"] {
      return (positional.array ?? []).map { (nil, $0) } + named(node["kwargs"])
    }
    // Keras 2: ["layer", 0, 0, {…}], or a list of such whose last one carries the rest.
    guard let items = node.array else { return [] }
    guard items.first?.string != nil else {
      let rest = items.last?[3]
      return [(nil, .array(items.map { .array(Array(($0.array ?? []).prefix(3))) }))] + named(rest)
    }
    let first: JSONValue =
      items[0] == "_CONSTANT_VALUE" ? (node[2] ?? .null) : .array(Array(items.prefix(3)))
    return [(nil, first)] + named(node[3])
  }

  /// Reads one call of a function.
  init(_ entry: JSONValue, call: Int) throws {
    name = entry["name"]?.string ?? ""
    let className = entry["class_name"]?.string ?? ""
    written = entry["config"]?["function"]?.string ?? className
    guard let kind = Self.kinds[written] else {
      throw GraftError(
        .unsupported,
        """
        "\(name)" applies the function \(written), which this version of Graft does not know. It knows: \
        \(Set(Self.kinds.values.map(\.rawValue)).sorted().joined(separator: ", ")).
        """)
    }
    self.kind = kind
    var operands: [Operand] = []
    var options = (entry["config"]?.object ?? [:]).filter { $0.key != "name" }
    for (name, value) in Self.arguments(of: entry["inbound_nodes"]?[call] ?? .null) {
      let tensors = LayerReference.inFunction(value)
      if !tensors.isEmpty {
        operands += [Operand](repeating: .tensor, count: tensors.count)
      } else if let name, !["x", "y", "x1", "x2", "a", "b", "bias"].contains(name) {
        options[name] = value
      } else if let numbers = Self.constant(value) {
        operands.append(numbers)
      } else {
        options["key"] = value
      }
    }
    self.operands = operands
    self.options = options
  }

  /// Numbers, as they stand or as Keras 3 wraps them.
  private static func constant(_ value: JSONValue) -> Operand? {
    let wrapped = value["class_name"]?.string.map { $0.hasPrefix("__") } ?? false
    let plain = wrapped ? value["config"]?["value"] ?? .null : value
    if let number = plain.double { return .constant([number], isRow: true) }
    var isRow = true
    func flat(_ value: JSONValue) -> [Double]? {
      guard let items = value.array, !items.isEmpty else { return value.double.map { [$0] } }
      if items.count > 1, items[0].array != nil { isRow = false }
      var numbers: [Double] = []
      for item in items {
        guard let inner = flat(item) else { return nil }
        numbers += inner
      }
      return numbers
    }
    guard plain.array != nil, let numbers = flat(plain) else { return nil }
    return .constant(numbers, isRow: isRow)
  }

  /// The error for arguments that no layer of Graft's has.
  func unsupported(_ reason: String) -> GraftError {
    GraftError(.unsupported, "\"\(name)\" (\(written)): \(reason)")
  }
}

extension LayerReference {
  /// The tensors in an argument of a function, of Keras 3 or 2.
  fileprivate static func inFunction(_ value: JSONValue) -> [LayerReference] {
    if let items = value.array, items.count == 3, items[0].string != nil, items[1].int != nil { return list(value) }
    if let items = value.array { return items.flatMap { inFunction($0) } }
    return tensors(in: value)
  }
}
