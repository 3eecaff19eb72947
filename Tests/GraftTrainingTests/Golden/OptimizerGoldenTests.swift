import Foundation
import GraftCore
import GraftTestSupport
import Testing

@testable import GraftTraining

/// Ten steps of every optimizer and option on three variables: Keras's weights after each step, and what it remembers.
///
/// Keras in float32 is up to 10⁻⁷ relative from itself in float64 in each step (`float64_deviation`); ten steps, and the
/// difference of moments in centered RMSprop, leave the digits below 2·10⁻⁶ to rounding.
@Suite struct OptimizerGoldenTests {
  static let cases = [
    "adam", "adam_amsgrad", "adam_betas", "adam_clipnorm", "adam_clipvalue", "adam_ema_overwrite",
    "adam_global_clipnorm", "adamw", "adamw_cosine", "adamw_spared", "rmsprop", "rmsprop_centered",
    "rmsprop_centered_momentum", "rmsprop_momentum", "rmsprop_piecewise", "sgd", "sgd_clipnorm", "sgd_clipvalue",
    "sgd_ema", "sgd_exponential", "sgd_global_clipnorm", "sgd_momentum", "sgd_nesterov", "sgd_weight_decay",
  ]
  private static let shapes: [(name: String, shape: Shape)] = [("kernel", [5, 4]), ("bias", [4]), ("gamma", [4])]
  /// Offsets as in a block whose weights begin on 64-byte boundaries.
  private static let offsets = ["kernel": 0, "bias": 32, "gamma": 48]
  private static let count = 64

  @Test func everyCaseIsListed() throws {
    #expect(try GoldenFile.cases(in: "optimizers") == Self.cases.map { "optimizers/\($0)" })
  }

  private func gradient(_ step: Int) -> [Float] {
    var block = [Float](repeating: 0, count: Self.count)
    for (name, shape) in Self.shapes {
      let values = FormulaTensor.make(name: "gradient \(step)/\(name)", shape: shape, role: .input).elements
      for (index, value) in values.enumerated() {
        block[(Self.offsets[name] ?? 0) + index] = value * powf(10, Float(index % 7 - 3)) * (step % 3 == 2 ? 0.001 : 1)
      }
    }
    return block
  }

  private func segments(_ optimizer: Optimizer) -> [OptimizerSegment] {
    Self.shapes.map { name, shape in
      OptimizerSegment(
        name: name, shape: shape, offset: Self.offsets[name] ?? 0,
        decays: !(optimizer.sparesBiasesAndNorms && OptimizerSegment.isBiasOrNorm(name, shape)))
    }
  }

  private func tensor(_ name: String, _ block: [Float]) -> Tensor {
    let shape = Self.shapes.first { $0.name == name }?.shape ?? []
    let offset = Self.offsets[name] ?? 0
    return Tensor(shape: shape, Array(block[offset..<(offset + shape.count)]))
  }

  private func compare(_ received: Tensor, _ expected: Tensor, _ what: String) {
    let mismatch = received.mismatch(expected, atol: 1e-6, rtol: 2e-6)
    #expect(mismatch == nil, "\(what)")
  }

  @Test(arguments: cases) func tenSteps(_ name: String) throws {
    let golden = try GoldenFile("optimizers/\(name)")
    let parameters = try golden.parameters(OptimizerCase.self)
    let optimizer = try parameters.makeOptimizer()
    #expect(optimizer.problem == nil)
    let state = OptimizerState(optimizer, count: Self.count, segments: segments(optimizer))
    var block = [Float](repeating: 0, count: Self.count)
    for (name, shape) in Self.shapes {
      let values = FormulaTensor.make(name: "weights/\(name)", shape: shape, role: .input).elements
      for (index, value) in values.enumerated() { block[(Self.offsets[name] ?? 0) + index] = value }
    }
    let rates = try golden.tensor("learning_rate").elements
    for step in 0..<parameters.steps {
      #expect(Tensor([state.learningRate]).mismatch(Tensor([rates[step]]), rtol: 1e-6) == nil)
      block.withUnsafeMutableBufferPointer { values in
        gradient(step).withUnsafeBufferPointer { state.update(values, by: $0) }
      }
      for (name, shape) in Self.shapes {
        let expected = try golden.tensor("weights/\(name)").rows(step..<(step + 1)).reshaped(shape)
        compare(tensor(name, block), expected, "\(name) after step \(step)")
      }
    }
    let slots = state.snapshot().tensors
    #expect(Set(slots.keys.map { "slot/\($0)" }) == Set(golden.names.filter { $0.hasPrefix("slot/") }))
    for (name, value) in slots { compare(value, try golden.tensor("slot/\(name)"), name) }
    block.withUnsafeMutableBufferPointer { _ = state.finalize($0) }
    for name in golden.names where name.hasPrefix("final/") {
      compare(tensor(String(name.dropFirst("final/".count)), block), try golden.tensor(name), name)
    }
    // What lies between weights belongs to nobody.
    #expect(block[20..<32].allSatisfy { $0 == 0 })
  }
}
