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

  @Test func poolingByWindows() {
    for kind in [GlobalPoolingOperation.Kind.average, .max] {
      let plain = PoolingOperation(kind, window: 2, strides: 2)
      #expect(mismatch(WindowPoolingReference(plain), operands([[2, 5, 4, 2]])) == nil)
      let overlapping = PoolingOperation(
        kind, window: 3, strides: Extent(height: 1, width: 2), padding: Padding(top: 1, bottom: 0, left: 0, right: 2))
      #expect(mismatch(WindowPoolingReference(overlapping), operands([[1, 4, 5, 2]])) == nil)
    }
  }

  @Test func layerNormalization() {
    let parts = operands([[2, 3, 5], [5], [5]])
    for (hasScale, hasOffset) in [(true, true), (true, false), (false, true), (false, false)] {
      let affine = (hasScale ? [parts[1]] : []) + (hasOffset ? [parts[2]] : [])
      let reference = LayerNormalizationReference(epsilon: 1e-3, hasScale: hasScale, hasOffset: hasOffset)
      #expect(mismatch(reference, [parts[0]] + affine) == nil)
    }
  }

  @Test func products() {
    #expect(mismatch(ProductReference(), operands([[2, 3], [2, 3], [2, 3]])) == nil)
    #expect(mismatch(ProductReference(), operands([[2, 3, 2, 4], [2, 1, 1, 4]])) == nil)
    #expect(mismatch(ProductReference(), operands([[2, 3, 2, 1], [2, 3, 2, 4]])) == nil)
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

  /// Stretched so that the rectifiers cut at both ends.
  @Test(arguments: [Activation.relu, .relu6]) func rectifiedNormalization(_ activation: Activation) {
    let gamma = ReferenceArray(FormulaTensor.make(name: "gamma", shape: [3], role: .gamma)).map { $0 * 3 }
    let beta = ReferenceArray(FormulaTensor.make(name: "beta", shape: [3], role: .beta)).map { $0 * 20 + 2 }
    let chain = ChainReference(
      NormalizationReference(epsilon: 1e-3, usesGivenStatistics: false), ActivationReference(activation))
    #expect(mismatch(chain, [operands([[2, 4, 3]])[0], gamma, beta]) == nil)
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
