internal import GraftGraph

/// (prediction, target, weight, gradient): the gradient of Σ weight · cross-entropy.
///
/// Through softmax it is with respect to the logits: weight · (p · Σ t − t). Otherwise it is with respect to the
/// probabilities, through Keras's normalisation and clipping; where a probability was clipped, nothing passes.
struct CrossentropyGradientKernel: NativeKernel {
  let loss: LossFunction
  let throughSoftmax: Bool
  let batchSize: Int
  let classes: Int

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let prediction = memory[0].assumingMemoryBound(to: Float.self)
    let target = memory[1].assumingMemoryBound(to: Float.self)
    let weights = memory[2].assumingMemoryBound(to: Float.self)
    let gradient = memory[3].assumingMemoryBound(to: Float.self)
    for sample in 0..<batchSize {
      let weight = weights[sample]
      let row = UnsafeBufferPointer(start: prediction + sample * classes, count: classes)
      let result = gradient + sample * classes
      let wanted: (Int) -> Float =
        switch loss.kind {
        case .categoricalCrossentropy: { target[sample * classes + $0] }
        case .sparseCategoricalCrossentropy: { Float($0) == target[sample] ? 1 : 0 }
        }
      if throughSoftmax {
        let total = (0..<classes).reduce(Float(0)) { $0 + wanted($1) }
        for index in 0..<classes { result[index] = (row[index] * total - wanted(index)) * weight }
      } else if loss.fromLogits {
        logits(row, wanted, weight, into: result)
      } else {
        probabilities(row, wanted, weight, into: result)
      }
    }
  }

  private func logits(
    _ row: UnsafeBufferPointer<Float>, _ wanted: (Int) -> Float, _ weight: Float,
    into result: UnsafeMutablePointer<Float>
  ) {
    let softmax = Softmax(row)
    let total = (0..<classes).reduce(Float(0)) { $0 + wanted($1) }
    for index in 0..<classes { result[index] = (softmax[index] * total - wanted(index)) * weight }
  }

  private func probabilities(
    _ row: UnsafeBufferPointer<Float>, _ wanted: (Int) -> Float, _ weight: Float,
    into result: UnsafeMutablePointer<Float>
  ) {
    let floor = Double(LossFunction.epsilon)
    let sum = ProbabilityScale(loss.kind, row).sum
    switch loss.kind {
    case .categoricalCrossentropy:
      // q = p / Σp, clipped; L = −Σ t log q.
      func partial(_ index: Int) -> Double {
        let q = Double(row[index]) / sum
        return q >= floor && q <= 1 - floor ? -Double(wanted(index)) / q : 0
      }
      let common = (0..<classes).reduce(0.0) { $0 + partial($1) * Double(row[$1]) / sum }
      for index in 0..<classes { result[index] = Float((partial(index) - common) / sum) * weight }
    case .sparseCategoricalCrossentropy:
      // c = clip(p); L = log Σc − log c[t].
      for index in 0..<classes {
        let p = Double(row[index])
        let passes = p >= floor && p <= 1 - floor
        result[index] = passes ? Float(1 / sum - Double(wanted(index)) / p) * weight : 0
      }
    }
  }
}

/// The softmax of one row, computed in double precision.
struct Softmax {
  private let exponentials: [Double]
  private let sum: Double

  init(_ row: UnsafeBufferPointer<Float>) {
    let largest = Double(row.max() ?? 0)
    exponentials = row.map { Double.exponential(Double($0) - largest) }
    sum = exponentials.reduce(0, +)
  }

  subscript(index: Int) -> Float { Float(exponentials[index] / sum) }
}
