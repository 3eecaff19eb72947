/// A kernel of ours, for what oneDNN does not have. Immutable; its memory comes with each run.
protocol NativeKernel: Sendable {
  /// Runs on its operands' memory, in the order in which the step lists them.
  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) throws
}
