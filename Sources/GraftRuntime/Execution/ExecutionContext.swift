internal import GraftCore
internal import GraftKernels

/// The memory in which a plan runs: an arena for intermediate results, bound to the plan's kernels.
///
/// It belongs to one caller at a time. A run takes no memory for values: all of it is bound here. (oneDNN itself keeps a
/// short-lived list of arguments per kernel.)
package final class ExecutionContext {
  /// The plan that runs here.
  package let plan: ExecutionPlan
  /// What kernels of ours are told of the runs.
  package var environment = RunEnvironment()

  private enum Action {
    case call(Call)
    case native(any NativeKernel, [UnsafeMutableRawPointer])
  }

  private let arena: AlignedMemory
  private let store: ParameterStore?
  private let gradients: AlignedMemory?
  private let stream: GraftKernels.Stream
  private var actions: [Action] = []

  /// Allocates the memory for a plan.
  ///
  /// - Parameters:
  ///   - store: The weights that training changes; needed if the plan was compiled with a `ParameterLayout`.
  ///   - gradients: Where gradients are written; by default the store's own block.
  package init(_ plan: ExecutionPlan, store: ParameterStore? = nil, gradients: GradientBlock? = nil) throws {
    self.plan = plan
    self.store = store
    self.gradients = (gradients ?? store?.gradientBlock)?.memory
    if plan.layout != nil, store == nil {
      throw GraftError(.invalidArgument, "This plan reads weights from a parameter store. Received: none.")
    }
    arena = AlignedMemory(byteCount: plan.memory.byteCount)
    stream = try GraftKernels.Stream(Engine.shared())
    for step in plan.steps {
      switch step.kernel {
      case .primitive(let primitive, let arguments):
        let operands = try zip(arguments, step.operands).map { argument, operand in
          (argument: argument, memory: try Memory(operand.layout, at: address(of: operand.storage)))
        }
        actions.append(.call(Call(primitive, operands: operands)))
      case .native(let kernel):
        actions.append(.native(kernel, step.operands.map { address(of: $0.storage) }))
      }
    }
  }

  /// Gives access to one of the inputs, which stays as it is until a run overwrites it: fill it before every run.
  ///
  /// Elements are in row-major order, `plan.batchSize` samples of shape `plan.inputShapes[index]`.
  package func withInput<Result>(
    _ index: Int, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try body(floats(plan.inputs[index], count: plan.batchSize * plan.inputShapes[index].count))
  }

  /// Gives access to one of the outputs of the last run, in row-major order.
  package func withOutput<Result>(
    _ index: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try body(UnsafeBufferPointer(floats(plan.outputs[index], count: plan.batchSize * plan.outputShapes[index].count)))
  }

  /// Runs the plan on what the inputs hold.
  package func run() throws {
    try KernelThreads.with(plan.threads) {
      for index in actions.indices { try runStep(index) }
      try stream.wait()
    }
  }

  /// Runs the plan and says how many seconds each step took.
  package func runTimed() throws -> [Double] {
    try KernelThreads.with(plan.threads) {
      try actions.indices.map { index in
        let began = ContinuousClock.now
        try runStep(index)
        try stream.wait()
        return (ContinuousClock.now - began) / .seconds(1)
      }
    }
  }

  private func runStep(_ index: Int) throws {
    switch actions[index] {
    case .call(let call): try call.run(on: stream)
    case .native(let kernel, let memory): try kernel.run(memory, environment)
    }
  }

  private func floats(_ operand: Operand, count: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(
      start: address(of: operand.storage).assumingMemoryBound(to: Float.self), count: count)
  }

  private func address(of id: StorageID) -> UnsafeMutableRawPointer {
    func at(_ offset: Int, in memory: AlignedMemory?) -> UnsafeMutableRawPointer {
      (memory ?? arena).address + offset * MemoryLayout<Float>.stride
    }
    return switch plan.storages[id.index].place {
    case .arena: arena.address + (plan.memory.offsets[id] ?? 0)
    case .constant(let memory): memory.address
    case .parameter(let offset): at(offset, in: store?.valueMemory)
    case .gradient(let offset): at(offset, in: gradients)
    case .state(let offset): at(offset, in: store?.stateMemory)
    }
  }
}
