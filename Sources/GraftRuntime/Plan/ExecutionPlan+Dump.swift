internal import GraftCore
internal import GraftKernels

extension ExecutionPlan {
  /// The plan as text, one line per step: for people and for snapshot tests. Implementations depend on the machine.
  ///
  /// - Parameter showsImplementations: Adds the kernel's implementation, its layouts and arena offsets.
  package func dump(showsImplementations: Bool = false) -> String {
    steps.enumerated().map { index, step in
      var line = "\(index) \(step.name)"
      if showsImplementations {
        switch step.kernel {
        case .primitive(let primitive, _): line += " | " + primitive.implementationName
        case .native: line += " | swift"
        }
        line +=
          " | "
          + step.operands.map { operand in
            "\(operand.layout.dimensions) \(operand.layout.layoutName)"
              + (memory.offsets[operand.storage].map { " @\($0)" } ?? "")
          }.joined(separator: ", ")
      }
      return line
    }.joined(separator: "\n")
  }

  /// How many steps only move data from one layout to another.
  package var reorderCount: Int { steps.count { $0.name.hasPrefix("reorder ") } }
}
