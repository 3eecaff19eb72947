/// (row, target, loss): the loss of every sample.
struct LossKernel: NativeKernel {
  let rule: any LossRule
  let batchSize: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let rows = UnsafePointer(memory[0].assumingMemoryBound(to: Float.self))
    let targets = UnsafePointer(memory[1].assumingMemoryBound(to: Float.self))
    let result = memory[2].assumingMemoryBound(to: Float.self)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: max(rule.length, 1)) { scratch in
      guard let scratch = scratch.baseAddress else { return }
      for sample in 0..<batchSize {
        result[sample] = Float(
          rule.value(rows + sample * rule.length, targets + sample * rule.targetLength, scratch))
      }
    }
  }
}

/// (row, target, weight, gradient): the gradient of Σ weight · loss by the rows.
struct LossGradientKernel: NativeKernel {
  let rule: any LossRule
  let batchSize: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let rows = UnsafePointer(memory[0].assumingMemoryBound(to: Float.self))
    let targets = UnsafePointer(memory[1].assumingMemoryBound(to: Float.self))
    let weights = UnsafePointer(memory[2].assumingMemoryBound(to: Float.self))
    let result = memory[3].assumingMemoryBound(to: Float.self)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: max(rule.length, 1)) { scratch in
      guard let scratch = scratch.baseAddress else { return }
      for sample in 0..<batchSize {
        let gradient = result + sample * rule.length
        // What does not count may be anything, even what has no finite loss: a row that only fills a batch up.
        guard weights[sample] != 0 else {
          gradient.update(repeating: 0, count: rule.length)
          continue
        }
        rule.writeGradient(
          rows + sample * rule.length, targets + sample * rule.targetLength, weight: Double(weights[sample]), scratch,
          to: gradient)
      }
    }
  }
}
