internal import GraftGraph

/// The functions that are one operation of TensorFlow, by its name.
enum TensorFlowFunctions {
  static let names: [(function: TensorOperation.Function, operation: String)] = [
    (.activation(.relu), "Relu"), (.activation(.relu6), "Relu6"), (.activation(.sigmoid), "Sigmoid"),
    (.activation(.tanh), "Tanh"), (.activation(.softmax), "Softmax"), (.activation(.elu), "Elu"),
    (.activation(.exponential), "Exp"), (.activation(.leakyReLU), "LeakyRelu"), (.activation(.selu), "Selu"),
    (.activation(.softplus), "Softplus"), (.activation(.softsign), "Softsign"), (.logarithm, "Log"),
    (.absolute, "Abs"), (.negation, "Neg"), (.reciprocalRoot, "Rsqrt"), (.errorFunction, "Erf"),
  ]
}
