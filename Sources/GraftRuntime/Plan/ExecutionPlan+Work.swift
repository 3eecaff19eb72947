internal import GraftCore
internal import GraftKernels

extension ExecutionPlan {
  /// What a step has to do, for profiles.
  package struct StepWork: Sendable {
    /// As in `dump`.
    package let name: String
    /// The kernel's implementation.
    package let implementation: String
    /// Multiply-additions of a convolution or a product; 0 of everything else.
    package let multiplications: Int
  }

  /// The work of every step, in order.
  package var work: [StepWork] {
    steps.map { step in
      guard case .primitive(let primitive, let arguments) = step.kernel else {
        return StepWork(name: step.name, implementation: "swift", multiplications: 0)
      }
      func dimensions(_ argument: Argument) -> [Int]? {
        arguments.firstIndex(of: argument.rawValue).map { step.operands[$0].layout.dimensions.map { Int($0) } }
      }
      var multiplications = 0
      if let kernel = dimensions(.weights), let result = dimensions(.destination), result.count > 1 {
        // Every result takes the part of the kernel that belongs to its channel.
        multiplications = result.reduce(1, *) * (kernel.reduce(1, *) / result[1])
      }
      return StepWork(
        name: step.name, implementation: primitive.implementationName, multiplications: multiplications)
    }
  }
}
