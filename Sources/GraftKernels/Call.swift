internal import COneDNN
package import GraftCore

/// A primitive bound to its operands' places in memory: everything that a run needs from us.
package final class Call {
  private let primitive: Primitive
  private let memories: [Memory]
  private let arguments: UnsafeMutableBufferPointer<dnnl_exec_arg_t>

  /// Binds a primitive. Each operand is given by oneDNN's number for it.
  package init(_ primitive: Primitive, operands: [(argument: Int32, memory: Memory)]) {
    self.primitive = primitive
    memories = operands.map(\.memory)
    arguments = .allocate(capacity: operands.count)
    for (index, operand) in operands.enumerated() {
      arguments.initializeElement(at: index, to: dnnl_exec_arg_t(arg: operand.argument, memory: operand.memory.handle))
    }
  }

  deinit { arguments.deallocate() }

  /// Runs the primitive.
  package func run(on stream: Stream) throws(GraftError) {
    try check(
      dnnl_primitive_execute(primitive.handle, stream.handle, Int32(arguments.count), arguments.baseAddress),
      "run a kernel")
  }
}
