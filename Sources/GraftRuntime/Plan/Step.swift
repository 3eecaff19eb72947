internal import GraftKernels

/// One thing that a plan does.
struct Step: Sendable {
  /// What runs.
  enum Kernel: Sendable {
    /// A kernel of oneDNN with the numbers of its operands.
    case primitive(Primitive, arguments: [Int32])
    /// A kernel of ours, which oneDNN does not have.
    case native(any NativeKernel)
  }

  let name: String
  let kernel: Kernel
  let operands: [Operand]
}
