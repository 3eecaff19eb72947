internal import CFloats
internal import Foundation
internal import GraftCore

/// What an optimizer remembers between steps, one number or two for every weight.
package struct OptimizerState: Sendable {
  package let optimizer: Optimizer
  /// Steps made so far.
  package private(set) var iterations = 0
  /// The weights that it is for, in the order of their numbers.
  private let weights: [String]
  private var slots: [Tensor]

  /// - Parameters:
  ///   - count: The numbers of all weights together.
  ///   - weights: The weights' names.
  package init(_ optimizer: Optimizer, count: Int, weights: [String]) {
    self.optimizer = optimizer
    self.weights = weights
    let slotCount =
      switch optimizer.rule {
      case .adam: 2
      case .sgd(let momentum, _): momentum == 0 ? 0 : 1
      }
    slots = (0..<slotCount).map { _ in Tensor(zeros: [count]) }
  }

  /// Whether this is a later state of what begins as `fresh`: the same rule for the same weights.
  func continues(_ fresh: OptimizerState) -> Bool { optimizer == fresh.optimizer && weights == fresh.weights }

  /// Changes weights by their gradients.
  package mutating func update(_ values: UnsafeMutableBufferPointer<Float>, by gradients: UnsafeBufferPointer<Float>) {
    iterations += 1
    guard let w = values.baseAddress, let g = gradients.baseAddress else { return }
    let count = values.count
    let rate = optimizer.learningRate
    switch optimizer.rule {
    case .adam(let beta1, let beta2, let epsilon):
      // Keras computes the corrected rate in float32, too.
      let step = Float(iterations)
      let alpha = rate * (1 - powf(beta2, step)).squareRoot() / (1 - powf(beta1, step))
      var first = slots[0]
      var second = slots[1]
      slots.removeAll(keepingCapacity: true)
      first.withUnsafeMutableBufferPointer { first in
        second.withUnsafeMutableBufferPointer { second in
          guard let m = first.baseAddress, let v = second.baseAddress else { return }
          for i in 0..<count {
            m[i] += (g[i] - m[i]) * (1 - beta1)
            v[i] += (g[i] * g[i] - v[i]) * (1 - beta2)
            w[i] -= alpha * m[i] / (graft_square_root(v[i]) + epsilon)
          }
        }
      }
      slots.append(first)
      slots.append(second)
    case .sgd(let momentum, _) where momentum == 0:
      for i in 0..<count { w[i] -= rate * g[i] }
    case .sgd(let momentum, let nesterov):
      slots[0].withUnsafeMutableBufferPointer { slot in
        guard let m = slot.baseAddress else { return }
        for i in 0..<count {
          m[i] = momentum * m[i] - rate * g[i]
          w[i] += nesterov ? momentum * m[i] - rate * g[i] : m[i]
        }
      }
    }
  }
}
