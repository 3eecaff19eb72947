import Foundation
import GraftCore
import GraftTestSupport
import Testing

@testable import GraftTraining

/// Every rule against its formula in double precision, over 200 steps: as many roundings of 6·10⁻⁸ are 1.2·10⁻⁵.
@Suite struct OptimizerFormulaTests {
  private static let count = 37
  private static let steps = 200

  /// The gradient of one step: the formula's numbers, with scales from 10⁻³ to 10³ among the weights.
  private func gradient(_ step: Int) -> [Float] {
    FormulaTensor.make(name: "gradient \(step)", shape: [Self.count], role: .input).elements.enumerated()
      .map { $1 * powf(10, Float($0 % 7 - 3)) }
  }

  private func check(_ optimizer: Optimizer, rtol: Float, _ formula: (_ step: Int, _ weight: Int, Double) -> Double) {
    let state = OptimizerState(
      optimizer, count: Self.count, segments: [OptimizerSegment(name: "dense/kernel", shape: [Self.count], offset: 0)])
    var weights = FormulaTensor.make(name: "weights", shape: [Self.count], role: .input)
    var expected = weights.elements.map(Double.init)
    for step in 1...Self.steps {
      let gradient = gradient(step)
      weights.withUnsafeMutableBufferPointer { values in
        gradient.withUnsafeBufferPointer { state.update(values, by: $0) }
      }
      for index in expected.indices { expected[index] += formula(step, index, Double(gradient[index])) }
    }
    #expect(state.iterations == Self.steps)
    #expect(weights.mismatch(Tensor(expected.map { Float($0) }), atol: 1e-6, rtol: rtol) == nil)
  }

  @Test func plainGradientDescent() {
    check(.sgd(learningRate: 0.01), rtol: 1.2e-5) { _, _, g in -Double(Float(0.01)) * g }
  }

  @Test(arguments: [false, true]) func momentum(_ nesterov: Bool) {
    let (rate, momentum) = (Double(Float(0.01)), Double(Float(0.9)))
    var m = [Double](repeating: 0, count: Self.count)
    check(.sgd(learningRate: 0.01, momentum: 0.9, nesterov: nesterov), rtol: 1.2e-5) { _, index, g in
      m[index] = momentum * m[index] - rate * g
      return nesterov ? momentum * m[index] - rate * g : m[index]
    }
  }

  @Test func adam() {
    let (rate, beta1, beta2) = (0.001, 0.9, 0.999)
    // Powers of the betas are those of Float(β), as in Keras.
    let (power1, power2) = (Double(Float(0.9)), Double(Float(0.999)))
    var m = [Double](repeating: 0, count: Self.count)
    var v = [Double](repeating: 0, count: Self.count)
    // 1 − β₂ᵗ loses four digits to cancellation in float32, as in Keras; the first steps have 10⁻⁴ of relative error.
    check(.adam(), rtol: 1.2e-5) { step, index, g in
      m[index] += (g - m[index]) * (1 - beta1)
      v[index] += (g * g - v[index]) * (1 - beta2)
      let corrected = rate * (1 - pow(power2, Double(step))).squareRoot() / (1 - pow(power1, Double(step)))
      return -corrected * m[index] / (v[index].squareRoot() + 1e-7)
    }
  }

  /// Every product and sum is rounded by itself, whatever the processor's vectors: these are the same bits everywhere.
  @Test func adamIsItsFormulaToTheBit() {
    let (rest1, rest2) = (Float(1 - 0.9), Float(1 - 0.999))
    var m = [Float](repeating: 0, count: Self.count)
    var v = m
    var weights = FormulaTensor.make(name: "weights", shape: [Self.count], role: .input)
    var expected = weights.elements
    let state = OptimizerState(
      .adam(), count: Self.count, segments: [OptimizerSegment(name: "dense/kernel", shape: [Self.count], offset: 0)])
    for step in 1...20 {
      let gradient = gradient(step)
      weights.withUnsafeMutableBufferPointer { values in
        gradient.withUnsafeBufferPointer { state.update(values, by: $0) }
      }
      let alpha = AdamCorrection(beta1: 0.9, beta2: 0.999, step: step)(1e-3)
      for index in expected.indices {
        m[index] += (gradient[index] - m[index]) * rest1
        v[index] += (gradient[index] * gradient[index] - v[index]) * rest2
        expected[index] -= m[index] * alpha / (v[index].squareRoot() + 1e-7)
      }
      #expect(weights.elements == expected)
    }
  }

  @Test func defaultsAreKeras() {
    #expect(Optimizer.adam() == .adam(learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7))
    #expect(Optimizer.adamW() == .adam(weightDecay: 0.004))
    #expect(Optimizer.rmsprop() == .rmsprop(learningRate: 1e-3, rho: 0.9, momentum: 0, epsilon: 1e-7, centered: false))
    #expect(Optimizer.sgd() == .sgd(learningRate: 0.01, momentum: 0, nesterov: false))
  }

  static let impossible: [(Optimizer, String)] = [
    (.adam(learningRate: -1), "The learning rate must be a finite number, at least 0. Received: -1.0."),
    (
      .sgd(learningRate: LearningRate(Double.nan)),
      "The learning rate must be a finite number, at least 0. Received: nan."
    ),
    (
      .sgd(learningRate: LearningRate(Float.infinity)),
      "The learning rate must be a finite number, at least 0. Received: inf."
    ),
    (.adam(beta1: 1), "Adam's betas must lie in [0, 1). Received: 1.0 and 0.999."),
    (.adam(beta2: -0.5), "Adam's betas must lie in [0, 1). Received: 0.9 and -0.5."),
    (.adam(beta2: .nan), "Adam's betas must lie in [0, 1). Received: 0.9 and nan."),
    (.adam(epsilon: 0), "Adam's epsilon must be a positive, finite number. Received: 0.0."),
    (.adam(epsilon: .infinity), "Adam's epsilon must be a positive, finite number. Received: inf."),
    (.sgd(momentum: 1.5), "The momentum must lie in [0, 1]. Received: 1.5."),
    (.sgd(momentum: .nan), "The momentum must lie in [0, 1]. Received: nan."),
    (.rmsprop(rho: 1), "RMSprop's rho must lie in [0, 1). Received: 1.0."),
    (.rmsprop(momentum: -1), "The momentum must lie in [0, 1]. Received: -1.0."),
    (.rmsprop(epsilon: 0), "RMSprop's epsilon must be a positive, finite number. Received: 0.0."),
    (.adamW(weightDecay: -1), "The weight decay must be a finite number, at least 0. Received: -1.0."),
    (
      .adam(clipNorm: 1, clipValue: 1),
      "Only one of clipNorm, clipValue and globalClipNorm can be given. Received: 2 of them."
    ),
    (.adam(clipNorm: 0), "A limit on gradients must be a positive, finite number. Received: 0.0."),
    (.adam(clipValue: .nan), "A limit on gradients must be a positive, finite number. Received: nan."),
    (.adam(globalClipNorm: -1), "A limit on gradients must be a positive, finite number. Received: -1.0."),
    (.adam(useEMA: true, emaMomentum: 2), "emaMomentum must lie in [0, 1]. Received: 2.0."),
    (.adam(useEMA: true, emaOverwriteFrequency: 0), "emaOverwriteFrequency must be at least 1. Received: 0."),
  ]

  @Test func impossibleNumbersAreRefused() throws {
    let model = try Heads.small()
    for (optimizer, reason) in Self.impossible {
      #expect(throws: GraftError(.invalidArgument, reason)) { try model.compile(optimizer: optimizer) }
    }
  }
}
