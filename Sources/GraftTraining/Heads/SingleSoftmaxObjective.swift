internal import GraftRuntime

/// The penalised cross-entropy of a linear classifier: products in single precision by oneDNN, everything else in double.
///
/// Parameters: a row of weights per class, for samples that are standardised already, then an intercept per class.
final class SingleSoftmaxObjective: SmoothObjective {
  /// λ: what half the sum of the squared weights costs.
  var penalty = 0.0
  let relativeNoise = 1e-6
  private let products: LinearProducts
  private let samples: SoftmaxSamples
  private let classes: Int
  private let columns: Int
  private let probabilities: DoubleVector

  init(_ matrix: SampleMatrix, _ samples: SoftmaxSamples, classes: Int) throws {
    products = try LinearProducts(matrix, outputs: classes)
    self.samples = samples
    self.classes = classes
    columns = matrix.columns
    probabilities = DoubleVector(count: classes)
  }

  var parameterCount: Int { classes * (columns + 1) }

  func evaluate(_ parameters: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>) throws -> Double {
    let weightCount = classes * columns
    try multiply(parameters)
    let intercepts = parameters + weightCount
    let interceptGradient = gradient + weightCount
    interceptGradient.update(repeating: 0, count: classes)
    var loss = 0.0
    let row = probabilities.base
    if var result = products.results.baseAddress {
      for (label, share) in zip(samples.labels, samples.shares) {
        if share == 0 {
          result.update(repeating: 0, count: classes)
        } else {
          var k = 0
          while k < classes {
            row[k] = Double(result[k]) + intercepts[k]
            k &+= 1
          }
          loss += share * SoftmaxRow.crossentropy(row, classes, label: label)
          row[label] -= 1
          k = 0
          while k < classes {
            let residual = share * row[k]
            interceptGradient[k] += residual
            result[k] = Float(residual)
            k &+= 1
          }
        }
        result += classes
      }
    }
    try products.multiplyTransposed()
    var squares = 0.0
    if let kernel = products.kernel.baseAddress {
      var i = 0
      while i < weightCount {
        let weight = parameters[i]
        gradient[i] = Double(kernel[i]) + penalty * weight
        squares += weight * weight
        i &+= 1
      }
    }
    return loss + penalty / 2 * squares
  }

  /// How samples do that were not fitted: weighted means of their cross-entropy and of their being classified rightly.
  func score(_ parameters: UnsafePointer<Double>, _ weights: [Double]) throws -> (logLoss: Double, accuracy: Double) {
    try multiply(parameters)
    let intercepts = parameters + classes * columns
    let row = probabilities.base
    var (loss, right, total) = (0.0, 0.0, 0.0)
    for (sample, weight) in weights.enumerated() where weight > 0 {
      for k in 0..<classes { row[k] = Double(products.results[sample * classes + k]) + intercepts[k] }
      let label = samples.labels[sample]
      loss += weight * SoftmaxRow.crossentropy(row, classes, label: label)
      let best = (1..<classes).reduce(0) { row[$1] > row[$0] ? $1 : $0 }
      if best == label { right += weight }
      total += weight
    }
    return (loss / total, right / total)
  }

  private func multiply(_ parameters: UnsafePointer<Double>) throws {
    if let kernel = products.kernel.baseAddress {
      var i = 0
      while i < classes * columns {
        kernel[i] = Float(parameters[i])
        i &+= 1
      }
    }
    try products.multiply()
  }
}
