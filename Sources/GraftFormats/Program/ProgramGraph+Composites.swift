internal import GraftCore
internal import GraftGraph

extension ProgramGraph {
  /// Reads several steps that are one operation of Graft: those that the translation writes for it.
  ///
  /// - Returns: How many steps that were; nil if no such operation begins here.
  mutating func readComposite(at index: Int) throws -> Int? {
    for activation in Self.composites where !program.ownActivations.contains(activation) {
      if let match = match(at: index, { $0.apply(activation, to: $0.input, name: "") }) {
        try add(.activation(activation), match)
        return match.count
      }
    }
    if let count = try readParametricRectifier(at: index) { return count }
    if let count = try readUnitRows(at: index) { return count }
    guard program.steps[index].operation == .meanOfChannels else { return nil }
    // Longer ones first: the shorter are their beginnings.
    for (hasScale, hasOffset) in [(true, true), (true, false), (false, true), (false, false)] {
      let channels = program.values[program.steps[index].inputs[0]].shape.dimensions.last ?? 0
      let any = Tensor(zeros: [channels])
      let pattern = LayerNormalizationOperation(epsilon: 0, hasScale: hasScale, hasOffset: hasOffset)
      let match = match(at: index) { program in
        program.normalizeRows(
          program.input, pattern, gamma: hasScale ? any : nil, beta: hasOffset ? any : nil, name: "")
      }
      guard let match else { continue }
      let numbers = try match.constants.map { try constant($0) }
      guard numbers[0].count == 1, numbers.dropFirst().allSatisfy({ $0.shape == any.shape }) else { continue }
      let operation = LayerNormalizationOperation(
        epsilon: numbers[0].elements[0], hasScale: hasScale, hasOffset: hasOffset)
      try add(.layerNormalization(operation), match, numbers.dropFirst().map { parameter($0, "parameter") })
      return match.count
    }
    return nil
  }

  /// A rectifier whose slopes are more than one number: one number is steps that Graft has operations for.
  private mutating func readParametricRectifier(at index: Int) throws -> Int? {
    guard program.steps[index].operation == .function(.activation(.relu)) else { return nil }
    let match = match(at: index) { $0.rectify($0.input, slopes: Tensor(zeros: [1]), name: "", slopesName: "") }
    guard let match, let negated = try match.constants.map({ try constant($0) }).first(where: { $0.count > 1 }) else {
      return nil
    }
    let shape = program.values[match.input].shape
    guard negated.shape.rank == shape.rank,
      zip(negated.shape.dimensions, shape.dimensions).allSatisfy({ $0 == 1 || $0 == $1 })
    else { return nil }
    let slopes = Tensor(shape: negated.shape, negated.elements.map { -$0 })
    try add(.parametricRectifier, match, [parameter(slopes, "slopes")])
    return match.count
  }

  private mutating func readUnitRows(at index: Int) throws -> Int? {
    let step = program.steps[index]
    guard step.operation == .multiply, step.inputs.count == 2, step.inputs[0] == step.inputs[1],
      program.values.indices.contains(step.inputs[0]),
      let length = program.values[step.inputs[0]].shape.dimensions.last, length > 0,
      let match = match(at: index, { $0.unitRows($0.input, epsilon: 0, name: "") }),
      case let epsilon = try constant(match.constants[1]), epsilon.count == 1
    else { return nil }
    try add(.unitNormalization(epsilon: epsilon.elements[0]), match)
    return match.count
  }

  /// The activations that are written with operations that Graft has no kernels for.
  private static let composites: [Activation] = [.gelu, .softplus, .softsign]

  /// Steps that are one operation.
  struct Match {
    let count: Int
    let input: Int
    let output: Int
    /// The constants of the file, in the order in which the translation makes them.
    let constants: [Int]
  }

  /// Compares the next steps with what a translation writes. A constant of the translation that is 0 stands for any.
  private func match(at index: Int, _ write: (inout TensorProgram) -> Int) -> Match? {
    guard let input = program.steps[index].inputs.first, program.values.indices.contains(input) else { return nil }
    var pattern = TensorProgram(program.dialect)
    pattern.input = pattern.add(.init(name: "", shape: program.values[input].shape))
    let output = write(&pattern)
    guard index + pattern.steps.count <= program.steps.count else { return nil }
    var found = [pattern.input: input]
    for (expected, step) in zip(pattern.steps, program.steps[index...]) {
      guard expected.operation == step.operation, expected.activation == step.activation,
        expected.inputs.count == step.inputs.count, program.values[step.output].format == nil,
        pattern.values[expected.output].shape == program.values[step.output].shape
      else { return nil }
      for (place, operand) in zip(expected.inputs, step.inputs) {
        if let known = found[place] {
          guard known == operand else { return nil }
        } else {
          guard case .floats(let wanted) = pattern.values[place].constant,
            program.values.indices.contains(operand), case .floats(let given) = program.values[operand].constant,
            wanted == given || wanted.elements.allSatisfy({ $0 == 0 })
          else { return nil }
          found[place] = operand
        }
      }
      found[expected.output] = step.output
    }
    guard let result = found[output] else { return nil }
    return Match(
      count: pattern.steps.count, input: input, output: result,
      constants: pattern.values.indices.filter { pattern.values[$0].constant != nil }.compactMap { found[$0] })
  }
}
