internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Lowering {
  /// The product of two values, of which one may be repeated along axes of length 1.
  mutating func lowerProduct(_ node: Node) throws -> Operand {
    var factors = try node.inputs.map { try plain($0) }
    var shapes = node.inputs.map { graph[$0].shape }
    if shapes[0] != node.shape {
      factors.swapAt(0, 1)
      shapes.swapAt(0, 1)
    }
    // In place where nothing else reads the larger value, as behind a squeeze-and-excite.
    let isFree = isLastUse(of: factors[0].storage) && factors[0].storage != factors[1].storage
    let result = isFree ? factors[0] : newOperand(try plainLayout(node.shape))
    let kernel = ProductKernel(repetition: Repetition(of: shapes[1], to: node.shape), batchSize: batchSize)
    append("\(node.name): \(node.operation.summary)", kernel, factors + [result])
    return result
  }

  /// The gradient of a factor that was repeated, from (dy, the other factor).
  mutating func lowerProductSum(_ node: Node) throws -> Operand {
    let operands = try node.inputs.map { try plain($0) }
    let result = newOperand(try plainLayout(node.shape))
    let kernel = ProductSumKernel(
      repetition: Repetition(of: node.shape, to: graph[node.inputs[0]].shape), batchSize: batchSize)
    append("\(node.name): \(node.operation.summary)", kernel, operands + [result])
    return result
  }
}
