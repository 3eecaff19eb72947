import GraftCore
import GraftGraph
import GraftTestSupport
import Testing

/// Finite differences check the reference that the engine is checked with.
@Suite struct ReferenceTests {
  private func operands(_ shapes: [Shape], _ role: FormulaRole = .input) -> [ReferenceArray] {
    shapes.enumerated().map {
      ReferenceArray(FormulaTensor.make(name: "operand \($0.offset)", shape: $0.element, role: role))
    }
  }

  private func mismatch(_ operation: some ReferenceOperation, _ operands: [ReferenceArray]) -> String? {
    let upstream = FormulaTensor.make(
      name: "upstream", shape: operation.result(operands).shape, role: .input)
    return operation.differencesMismatch(operands, upstream: ReferenceArray(upstream))
  }

  @Test func dense() {
    #expect(mismatch(DenseReference(), operands([[4, 3], [3, 5], [5]])) == nil)
    #expect(mismatch(DenseReference(), operands([[2, 2, 3], [3, 4]])) == nil)
  }

  @Test(arguments: Activation.allCases) func activation(_ activation: Activation) {
    let x = operands([[3, 7]])[0].map { $0 * 8 }
    #expect(mismatch(ActivationReference(activation), [x]) == nil)
  }

  @Test func pooling() {
    for kind in [GlobalPoolingOperation.Kind.average, .max] {
      #expect(mismatch(PoolingReference(kind), operands([[2, 3, 2, 4]])) == nil)
    }
  }

  @Test func normalization() {
    let parts = operands([[6, 3], [3], [3], [3]]) + [operands([[3]], .movingVariance)[0]]
    for (hasScale, hasOffset) in [(true, true), (true, false), (false, true), (false, false)] {
      let affine = (hasScale ? [parts[1]] : []) + (hasOffset ? [parts[2]] : [])
      let batch = NormalizationReference(
        epsilon: 1e-3, hasScale: hasScale, hasOffset: hasOffset, usesGivenStatistics: false)
      #expect(mismatch(batch, [parts[0]] + affine) == nil)
      let given = NormalizationReference(
        epsilon: 1e-3, hasScale: hasScale, hasOffset: hasOffset, usesGivenStatistics: true)
      #expect(mismatch(given, [parts[0]] + affine + parts[3...]) == nil)
    }
  }

  @Test func merging() {
    #expect(mismatch(AddReference(), operands([[2, 3], [2, 3], [2, 3]])) == nil)
    for axis in 1...3 {
      var shapes: [Shape] = [[2, 2, 3, 2], [2, 2, 3, 2], [2, 2, 3, 2]]
      shapes[1].dimensions[axis] += 2
      #expect(mismatch(ConcatenateReference(axis: axis), operands(shapes)) == nil)
    }
  }

  @Test(arguments: LossCases.all) func loss(_ loss: LossFunction) {
    let logits = operands([[3, 4]])[0]
    let input = loss.fromLogits || loss.kind == .meanSquaredError ? logits : logits.map { ($0 + 1.2) / 4 }
    #expect(mismatch(LossReference(loss, targets: ReferenceArray(LossCases.targets(loss))), [input]) == nil)
  }
}
