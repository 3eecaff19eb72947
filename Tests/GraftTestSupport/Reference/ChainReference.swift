internal import GraftCore

/// An operation whose result goes through another one of one operand, such as a normalisation before a rectifier.
package struct ChainReference: ReferenceOperation {
  private let first: any ReferenceOperation
  private let second: any ReferenceOperation

  package init(_ first: any ReferenceOperation, _ second: any ReferenceOperation) {
    self.first = first
    self.second = second
  }

  package func result(_ operands: [ReferenceArray]) -> ReferenceArray {
    second.result([first.result(operands)])
  }

  package func gradients(_ operands: [ReferenceArray], upstream: ReferenceArray) -> [ReferenceArray] {
    let middle = second.gradients([first.result(operands)], upstream: upstream)[0]
    return first.gradients(operands, upstream: middle)
  }
}
