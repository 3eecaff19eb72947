internal import GraftCore

/// An operation written to be obvious rather than fast, in double precision.
///
/// Operands are the inputs, then the variables, in the order of Keras. Gradients belong to Σ upstream · result, one per
/// operand.
package protocol ReferenceOperation: Sendable {
  func result(_ operands: [ReferenceArray]) -> ReferenceArray
  func gradients(_ operands: [ReferenceArray], upstream: ReferenceArray) -> [ReferenceArray]
}

extension ReferenceOperation {
  /// Compares `gradients` with central differences of `result`.
  ///
  /// - Returns: A sentence about the first element that is off by more than the tolerance, or nil.
  package func differencesMismatch(
    _ operands: [ReferenceArray], upstream: ReferenceArray, step: Double = 1e-5, tolerance: Double = 1e-7
  ) -> String? {
    let gradients = gradients(operands, upstream: upstream)
    for (index, operand) in operands.enumerated() {
      for element in operand.elements.indices {
        func shifted(_ by: Double) -> Double {
          var operands = operands
          operands[index].elements[element] += by
          return result(operands).dot(upstream)
        }
        let difference = (shifted(step) - shifted(-step)) / (2 * step)
        let gradient = gradients[index].elements[element]
        if !(abs(difference - gradient) <= tolerance * max(1, abs(difference))) {
          return "operand \(index), element \(element): the gradient is \(gradient), differences say \(difference)"
        }
      }
    }
    return nil
  }
}
