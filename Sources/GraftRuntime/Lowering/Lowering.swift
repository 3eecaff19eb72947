internal import GraftCore
internal import GraftGraph
internal import GraftKernels

/// Turns the nodes of a graph into kernels, one file of rules per group of operations.
///
/// A value of shape (height, width, channels) is known to oneDNN as (count, channels, height, width) in whatever layout
/// suits its producer; every other value lies in row-major order.
struct Lowering {
  let graph: Graph
  let batchSize: Int
  let isTraining: Bool
  let parameters: ParameterLayout?

  private(set) var storages: [Storage] = []
  private(set) var steps: [Step] = []
  private(set) var inputs: [Operand] = []
  private(set) var outputs: [Operand] = []
  /// Where each node's result lies.
  var results: [NodeID: Operand] = [:]
  /// What the forward pass keeps for the reverse pass: masks, statistics, workspaces.
  var savedStates: [NodeID: [Operand]] = [:]
  /// Kernels times the scale of a frozen normalisation, by that scale.
  var scaledKernels: [ParameterID: Operand] = [:]
  private var parameterOperands: [ParameterID: Operand] = [:]
  private var remainingUses: [Int]
  private var gradientStorages: [ParameterID: StorageID] = [:]
  private var pendingSums: [(part: Operand, total: Operand)] = []

  init(graph: Graph, batchSize: Int, isTraining: Bool, parameters: ParameterLayout?) {
    self.graph = graph
    self.batchSize = batchSize
    self.isTraining = isTraining
    self.parameters = parameters
    remainingUses = graph.consumers.map(\.count)
    for id in graph.outputs { remainingUses[id.index] += 1 }
  }

  mutating func run() throws {
    for id in graph.ids {
      let node = graph[id]
      for input in node.inputs { remainingUses[input.index] -= 1 }
      results[id] = try lower(id, node)
      for (part, total) in pendingSums {
        append("\(node.name): add gradient", AccumulationKernel(count: part.layout.elementCount), [part, total])
      }
      pendingSums = []
    }
    for id in graph.outputs { outputs.append(try plain(id)) }
  }

  /// For each storage in the arena, the first and the last step that touch it.
  var lifetimes: [StorageID: ClosedRange<Int>] {
    var result: [StorageID: ClosedRange<Int>] = [:]
    func touch(_ id: StorageID, _ step: Int) {
      guard case .arena = storages[id.index].place else { return }
      let known = result[id] ?? step...step
      result[id] = min(known.lowerBound, step)...max(known.upperBound, step)
    }
    for input in inputs { touch(input.storage, 0) }
    for (index, step) in steps.enumerated() { for operand in step.operands { touch(operand.storage, index) } }
    for output in outputs { touch(output.storage, steps.count) }
    return result
  }

  // MARK: Memory

  mutating func newStorage(_ place: Storage.Place = .arena, byteCount: Int) -> StorageID {
    storages.append(Storage(place: place, byteCount: byteCount))
    return StorageID(index: storages.count - 1)
  }

  mutating func newOperand(_ layout: MemoryDescriptor) -> Operand {
    Operand(storage: newStorage(byteCount: layout.byteCount), layout: layout)
  }

  mutating func newInput(_ layout: MemoryDescriptor) -> Operand {
    let operand = newOperand(layout)
    inputs.append(operand)
    return operand
  }

  /// Whether nothing that is still to come reads a storage, so that a kernel may write over it.
  func isLastUse(of storage: StorageID) -> Bool {
    guard case .arena = storages[storage.index].place else { return false }
    if inputs.contains(where: { $0.storage == storage }) { return false }
    return results.allSatisfy { id, operand in operand.storage != storage || remainingUses[id.index] == 0 }
  }

  // MARK: Steps

  mutating func append(_ name: String, _ kernel: any NativeKernel, _ operands: [Operand]) {
    steps.append(Step(name: name, kernel: .native(kernel), operands: operands))
  }

  mutating func append(_ name: String, _ primitive: Primitive, _ operands: [(Argument, Operand)]) throws {
    try append(name, primitive, operands.map { ($0.0.rawValue, $0.1) })
  }

  mutating func append(_ name: String, _ primitive: Primitive, _ operands: [(Int32, Operand)]) throws {
    var operands = operands
    let scratchpad = primitive.scratchpadByteCount
    if scratchpad > 0 {
      let layout = try primitive.layout(of: .scratchpad)
      operands.append((Argument.scratchpad.rawValue, newOperand(layout)))
    }
    steps.append(
      Step(name: name, kernel: .primitive(primitive, arguments: operands.map(\.0)), operands: operands.map(\.1)))
  }

  /// The same values in another layout; an explicit step unless the layouts are equal.
  mutating func reordered(_ operand: Operand, to layout: MemoryDescriptor, name: String) throws -> Operand {
    if operand.layout == layout { return operand }
    let result = newOperand(layout)
    try append(
      "reorder \(name)", .reorder(from: operand.layout, to: layout),
      [(Argument.source, operand), (.destination, result)]
    )
    return result
  }

  // MARK: Values

  /// A value as its producer left it.
  func value(_ id: NodeID) throws -> Operand {
    guard let operand = results[id] else {
      throw GraftError(.invalidArgument, "\(graph[id].name): a node without result (\(id)) is read.")
    }
    return operand
  }

  /// The row-major layout of a value, channels innermost.
  func plainLayout(_ shape: Shape, _ type: ElementType = .float32) throws -> MemoryDescriptor {
    shape.rank == 3
      ? try MemoryDescriptor(channelsLast: batchSize, channels: shape[2], height: shape[0], width: shape[1], type: type)
      : try MemoryDescriptor(rowMajor: [batchSize] + shape.dimensions, type: type)
  }

  /// A value in row-major order.
  mutating func plain(_ id: NodeID) throws -> Operand {
    try reordered(try value(id), to: plainLayout(graph[id].shape), name: graph[id].name)
  }

  /// A value in row-major order, seen as a matrix whose columns are its last axis.
  mutating func matrix(_ id: NodeID) throws -> Operand {
    let shape = graph[id].shape
    let columns = shape.rank == 0 ? 1 : shape[-1]
    let rows = batchSize * shape.count / max(columns, 1)
    return Operand(storage: try plain(id).storage, layout: try MemoryDescriptor(rowMajor: [rows, columns]))
  }

  // MARK: Parameters

  /// A parameter where it lies: in the parameter store if training changes it, else as a constant of the plan.
  mutating func parameter(_ id: ParameterID, layout: MemoryDescriptor) throws -> Operand {
    if let known = parameterOperands[id] { return Operand(storage: known.storage, layout: layout) }
    let parameter = graph[id]
    let storage: StorageID
    switch (parameter.role, parameters) {
    case (.trainable, let store?):
      storage = newStorage(.parameter(try store.offset(of: parameter)), byteCount: layout.byteCount)
    case (.state, let store?):
      storage = newStorage(.state(try store.offset(of: parameter)), byteCount: layout.byteCount)
    default:
      storage = newStorage(.constant(copy(parameter.value)), byteCount: layout.byteCount)
    }
    let operand = Operand(storage: storage, layout: layout)
    parameterOperands[id] = operand
    return operand
  }

  /// The place where a step writes the gradient of a parameter. What later uses of the same weight write is added to it.
  mutating func gradient(_ id: ParameterID, layout: MemoryDescriptor) throws -> Operand {
    guard let parameters else {
      throw GraftError(.invalidArgument, "Gradients need a parameter store. Received: none.")
    }
    if let known = gradientStorages[id] {
      let part = newOperand(layout)
      pendingSums.append((part, Operand(storage: known, layout: layout)))
      return part
    }
    let storage = newStorage(.gradient(try parameters.offset(of: graph[id])), byteCount: layout.byteCount)
    gradientStorages[id] = storage
    return Operand(storage: storage, layout: layout)
  }

  /// A frozen parameter packed into the layout that a kernel asks for.
  mutating func packed(_ id: ParameterID, from source: MemoryDescriptor, to layout: MemoryDescriptor) throws -> Operand
  {
    try packed(copy(graph[id].value), from: source, to: layout)
  }

  /// Constants in the layout that a kernel asks for.
  mutating func packed(
    _ original: AlignedMemory, from source: MemoryDescriptor, to layout: MemoryDescriptor
  ) throws -> Operand {
    let memory = AlignedMemory(byteCount: layout.byteCount)
    let reorder = try Primitive.reorder(from: source, to: layout)
    var operands = [
      (argument: Argument.source.rawValue, memory: try Memory(source, at: original.address)),
      (Argument.destination.rawValue, try Memory(layout, at: memory.address)),
    ]
    let scratchpad = AlignedMemory(byteCount: reorder.scratchpadByteCount)
    if reorder.scratchpadByteCount > 0 {
      operands.append(
        (Argument.scratchpad.rawValue, try Memory(reorder.layout(of: .scratchpad), at: scratchpad.address)))
    }
    let call = Call(reorder, operands: operands)
    let stream = try GraftKernels.Stream(Engine.shared())
    try withExtendedLifetime((original, scratchpad)) {
      try call.run(on: stream)
      try stream.wait()
    }
    return Operand(storage: newStorage(.constant(memory), byteCount: layout.byteCount), layout: layout)
  }

  func isConstant(_ id: ParameterID) -> Bool { graph[id].role == .frozen || parameters == nil }

  private func copy(_ tensor: Tensor) -> AlignedMemory {
    let memory = AlignedMemory(byteCount: tensor.count * MemoryLayout<Float>.stride)
    tensor.withUnsafeBufferPointer { _ = memory.floats.update(from: $0) }
    return memory
  }
}
