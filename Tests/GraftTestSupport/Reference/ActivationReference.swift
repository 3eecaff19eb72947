internal import Foundation
package import GraftGraph

/// The element-wise activations, and softmax along the last axis.
package struct ActivationReference: ReferenceOperation {
  private let activation: Activation

  package init(_ activation: Activation) { self.activation = activation }

  package func result(_ operands: [ReferenceArray]) -> ReferenceArray {
    if activation == .softmax { return softmax(operands[0]) }
    return operands[0].map(value)
  }

  package func gradients(_ operands: [ReferenceArray], upstream: ReferenceArray) -> [ReferenceArray] {
    var result = upstream
    if activation == .softmax {
      let y = softmax(operands[0])
      for row in 0..<y.rows {
        let sum = (0..<y.columns).reduce(0) { $0 + y[row, $1] * upstream[row, $1] }
        for column in 0..<y.columns { result[row, column] = y[row, column] * (upstream[row, column] - sum) }
      }
    } else {
      for index in result.elements.indices { result.elements[index] *= derivative(operands[0].elements[index]) }
    }
    return [result]
  }

  private func softmax(_ x: ReferenceArray) -> ReferenceArray {
    var y = x
    for row in 0..<x.rows {
      let largest = (0..<x.columns).map { x[row, $0] }.max() ?? 0
      let sum = (0..<x.columns).reduce(0) { $0 + exp(x[row, $1] - largest) }
      for column in 0..<x.columns { y[row, column] = exp(x[row, column] - largest) / sum }
    }
    return y
  }

  private func value(_ x: Double) -> Double {
    switch activation {
    case .linear, .softmax: x
    case .relu: max(x, 0)
    case .relu6: min(max(x, 0), 6)
    case .sigmoid: 1 / (1 + exp(-x))
    case .tanh: Foundation.tanh(x)
    case .swish: x / (1 + exp(-x))
    case .gelu: x / 2 * (1 + erf(x / 2.0.squareRoot()))
    case .elu: x > 0 ? x : expm1(x)
    case .selu: 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * expm1(x))
    case .softplus: max(x, 0) + log1p(exp(-abs(x)))
    case .softsign: x / (1 + abs(x))
    case .hardSigmoid: min(max(x + 3, 0), 6) / 6
    case .hardSwish: x * min(max(x + 3, 0), 6) / 6
    case .exponential: exp(x)
    case .leakyReLU: x > 0 ? x : 0.2 * x
    case .mish: x * Foundation.tanh(log1p(exp(x)))
    }
  }

  private func derivative(_ x: Double) -> Double {
    let sigmoid = 1 / (1 + exp(-x))
    return switch activation {
    case .linear, .softmax: 1
    case .relu: x > 0 ? 1 : 0
    case .relu6: x > 0 && x < 6 ? 1 : 0
    case .sigmoid: sigmoid * (1 - sigmoid)
    case .tanh: 1 - Foundation.tanh(x) * Foundation.tanh(x)
    case .swish: sigmoid * (1 + x * (1 - sigmoid))
    case .gelu: (1 + erf(x / 2.0.squareRoot())) / 2 + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot()
    case .elu: x > 0 ? 1 : exp(x)
    case .selu: 1.0507009873554805 * (x > 0 ? 1 : 1.6732632423543772 * exp(x))
    case .softplus: sigmoid
    case .softsign: 1 / ((1 + abs(x)) * (1 + abs(x)))
    case .hardSigmoid: abs(x) < 3 ? 1.0 / 6 : 0
    case .hardSwish: x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5
    case .exponential: exp(x)
    case .leakyReLU: x > 0 ? 1 : 0.2
    case .mish: mishDerivative(x)
    }
  }

  private func mishDerivative(_ x: Double) -> Double {
    let t = Foundation.tanh(log1p(exp(x)))
    return t + x * (1 - t * t) / (1 + exp(-x))
  }
}
