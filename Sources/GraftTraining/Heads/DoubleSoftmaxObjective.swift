internal import Dispatch
internal import GraftCore

/// The same function as `SingleSoftmaxObjective`'s, all of it in double precision, on features as they are.
///
/// Standardisation is part of the products: nothing is rounded before it is used. Slower, and needed only at the end. Rows
/// are parted by their number alone, so that the result does not depend on how many cores share them.
final class DoubleSoftmaxObjective: SmoothObjective {
  /// λ: what half the sum of the squared weights costs.
  var penalty = 0.0
  let relativeNoise = 1e-13
  private let features: Tensor
  private let scaling: ColumnScaling
  private let samples: SoftmaxSamples
  private let classes: Int
  private let columns: Int
  /// Weights for features as they are: one row per column, and what is added to every logit.
  private let kernel: DoubleVector
  private let offsets: DoubleVector
  private let parts: [Part]

  /// What one part of the rows gives.
  private final class Part {
    let rows: Range<Int>
    let gradient: DoubleVector
    let residuals: DoubleVector
    let logits: DoubleVector
    var loss = 0.0

    init(_ rows: Range<Int>, columns: Int, classes: Int) {
      self.rows = rows
      gradient = DoubleVector(count: columns * classes)
      residuals = DoubleVector(count: classes)
      logits = DoubleVector(count: classes)
    }
  }

  init(_ features: Tensor, _ scaling: ColumnScaling, _ samples: SoftmaxSamples, classes: Int) {
    self.features = features
    self.scaling = scaling
    self.samples = samples
    self.classes = classes
    let columns = scaling.means.count
    self.columns = columns
    kernel = DoubleVector(count: columns * classes)
    offsets = DoubleVector(count: classes)
    let rows = samples.labels.count
    let count = max(1, min(16, rows / 256))
    parts = (0..<count).map { part in
      Part((part * rows / count)..<((part + 1) * rows / count), columns: columns, classes: classes)
    }
  }

  var parameterCount: Int { classes * (columns + 1) }

  func evaluate(_ parameters: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>) throws -> Double {
    setKernel(parameters)
    features.withUnsafeBufferPointer { values in
      // Each iteration writes to its own part, and all of them are done when this returns.
      nonisolated(unsafe) let (objective, values) = (self, values)
      DispatchQueue.concurrentPerform(iterations: parts.count) { objective.run(objective.parts[$0], values) }
    }
    var loss = 0.0
    let whole = parts[0]
    for (index, part) in parts.enumerated() {
      loss += part.loss
      guard index > 0 else { continue }
      whole.gradient.add(1, part.gradient)
      whole.residuals.add(1, part.residuals)
    }
    var squares = 0.0
    for k in 0..<classes {
      let residual = whole.residuals.base[k]
      gradient[classes * columns + k] = residual
      var column = 0
      while column < columns {
        let index = k &* columns &+ column
        let weight = parameters[index]
        let raw = whole.gradient.base[column &* classes &+ k] - scaling.means[column] * residual
        gradient[index] = raw * scaling.inverseDeviations[column] + penalty * weight
        squares += weight * weight
        column &+= 1
      }
    }
    return loss + penalty / 2 * squares
  }

  private func setKernel(_ parameters: UnsafePointer<Double>) {
    scaling.fold(parameters, classes: classes, kernel: kernel.elements, offsets: offsets.elements)
  }

  private func run(_ part: Part, _ features: UnsafeBufferPointer<Float>) {
    guard let base = features.baseAddress else { return }
    part.gradient.scale(by: 0)
    part.residuals.scale(by: 0)
    part.loss = 0
    let (classes, columns, logits) = (classes, columns, part.logits.base)
    for sample in part.rows where samples.shares[sample] != 0 {
      let row = base + sample * columns
      logits.update(from: offsets.base, count: classes)
      var weights = kernel.base
      var column = 0
      while column < columns {
        let value = Double(row[column])
        var k = 0
        while k < classes {
          logits[k] += value * weights[k]
          k &+= 1
        }
        weights += classes
        column &+= 1
      }
      let (label, share) = (samples.labels[sample], samples.shares[sample])
      part.loss += share * SoftmaxRow.crossentropy(logits, classes, label: label)
      logits[label] -= 1
      for k in 0..<classes {
        logits[k] *= share
        part.residuals.base[k] += logits[k]
      }
      var sums = part.gradient.base
      column = 0
      while column < columns {
        let value = Double(row[column])
        var k = 0
        while k < classes {
          sums[k] += value * logits[k]
          k &+= 1
        }
        sums += classes
        column &+= 1
      }
    }
  }
}
