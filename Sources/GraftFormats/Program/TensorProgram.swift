internal import GraftCore
internal import GraftGraph

/// A network as steps on values whose channels come last: what TensorFlow and TFLite have in common.
///
/// Both are written from it and read into it, so that a network is translated once, and so that what was written can be run by
/// Graft. Kernels lie as the dialect wants them.
struct TensorProgram {
  /// Whose operations and layouts the program uses.
  enum Dialect { case tensorFlow, tflite }

  /// A constant or a step's result.
  struct Value {
    var name: String
    /// Without the batch; a constant's whole shape.
    var shape: Shape
    var constant: TensorConstant?
    /// How a result lies as whole numbers; nil for floats.
    var format: AffineFormat?
  }

  /// One operation.
  struct Step {
    var operation: TensorOperation
    var inputs: [Int]
    var output: Int
    /// Applied to the result: linear, relu or relu6.
    var activation = Activation.linear
  }

  /// As many operands of one operation are written and read.
  static let mostOperands = 1 << 10
  /// As many zeros on one side of a picture.
  static let mostPadding = 1 << 12
  /// The most pixels that a picture has between two steps, or elements that a matrix has which stands for an operation.
  static let largestPicture = 1 << 24

  let dialect: Dialect
  private(set) var values: [Value] = []
  private(set) var steps: [Step] = []
  /// The picture.
  var input = 0
  /// The result.
  var output = 0

  init(_ dialect: Dialect) { self.dialect = dialect }

  /// Adds a value that no step makes.
  mutating func add(_ value: Value) -> Int {
    values.append(value)
    return values.count - 1
  }

  /// Adds a constant of floats.
  mutating func constant(_ tensor: Tensor, name: String) -> Int {
    add(Value(name: name, shape: tensor.shape, constant: .floats(tensor)))
  }

  /// Adds one number.
  mutating func scalar(_ value: Float) -> Int { constant(Tensor([value]), name: "constant_\(value)") }

  /// Adds a step whose result is there already.
  mutating func append(_ step: Step) { steps.append(step) }

  /// Adds a step and returns its result.
  mutating func step(
    _ operation: TensorOperation, _ inputs: [Int], shape: Shape, name: String, activation: Activation = .linear,
    format: AffineFormat? = nil
  ) -> Int {
    let output = add(Value(name: name, shape: shape, format: format))
    steps.append(Step(operation: operation, inputs: inputs, output: output, activation: activation))
    return output
  }
}
