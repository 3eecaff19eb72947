internal import Foundation
internal import GraftGraph

/// (prediction, target, loss): the cross-entropy of every sample, with Keras's clipping where predictions are
/// probabilities. The logarithms are taken in double precision.
struct CrossentropyKernel: NativeKernel {
  let loss: LossFunction
  let batchSize: Int
  let classes: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let prediction = memory[0].assumingMemoryBound(to: Float.self)
    let target = memory[1].assumingMemoryBound(to: Float.self)
    let result = memory[2].assumingMemoryBound(to: Float.self)
    let floor = Double(LossFunction.epsilon)
    for sample in 0..<batchSize {
      let row = UnsafeBufferPointer(start: prediction + sample * classes, count: classes)
      let logarithm: (Int) -> Double
      if loss.fromLogits {
        let largest = Double(row.max() ?? 0)
        let sum = row.reduce(0) { $0 + exp(Double($1) - largest) }
        logarithm = { Double(row[$0]) - largest - log(sum) }
      } else {
        let scale = ProbabilityScale(loss.kind, row)
        logarithm = { log(scale.probability(Double(row[$0]), floor: floor)) }
      }
      var value = 0.0
      switch loss.kind {
      case .categoricalCrossentropy:
        let wanted = target + sample * classes
        for index in 0..<classes where wanted[index] != 0 { value -= Double(wanted[index]) * logarithm(index) }
      case .sparseCategoricalCrossentropy:
        let wanted = target[sample]
        value = wanted >= 0 && wanted < Float(classes) ? -logarithm(Int(wanted)) : .nan
      }
      result[sample] = Float(value)
    }
  }
}

/// How Keras makes a row of a prediction sum to one before the logarithm: categorical cross-entropy divides, then clips;
/// the sparse one clips, then divides.
struct ProbabilityScale {
  private let kind: LossFunction.Kind
  let sum: Double

  init(_ kind: LossFunction.Kind, _ row: UnsafeBufferPointer<Float>) {
    self.kind = kind
    let floor = Double(LossFunction.epsilon)
    sum = row.reduce(0.0) { sum, value in
      sum + (kind == .categoricalCrossentropy ? Double(value) : min(max(Double(value), floor), 1 - floor))
    }
  }

  func probability(_ value: Double, floor: Double) -> Double {
    switch kind {
    case .categoricalCrossentropy: min(max(value / sum, floor), 1 - floor)
    case .sparseCategoricalCrossentropy: min(max(value, floor), 1 - floor) / sum
    }
  }
}
