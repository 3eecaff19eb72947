package import GraftCore
package import GraftRuntime

/// One weight's place in the block of trainable weights, and what an optimizer must know of it.
package struct OptimizerSegment: Sendable, Hashable {
  /// `layer/variable`.
  package let name: String
  /// The weight's shape.
  package let shape: Shape
  /// Where its numbers lie in the block.
  package let range: Range<Int>
  /// What the learning rate is multiplied by.
  package let learningRateMultiplier: Float
  /// Whether weight decay applies to it.
  package let decays: Bool

  package init(
    name: String, shape: Shape, offset: Int, learningRateMultiplier: Float = 1, decays: Bool = true
  ) {
    self.name = name
    self.shape = shape
    range = offset..<(offset + shape.count)
    self.learningRateMultiplier = learningRateMultiplier
    self.decays = decays
  }

  /// The segments of a block.
  package static func segments(of layout: ParameterLayout, for optimizer: Optimizer) -> [OptimizerSegment] {
    layout.trainable.map { entry in
      OptimizerSegment(
        name: entry.name, shape: entry.shape, offset: entry.offset,
        learningRateMultiplier: entry.learningRateMultiplier,
        decays: !(optimizer.sparesBiasesAndNorms && isBiasOrNorm(entry.name, entry.shape)))
    }
  }

  /// Whether a weight is a bias, or the scale or offset of a normalisation: by its variable's name, or because it is a
  /// vector, which those are and kernels are not.
  package static func isBiasOrNorm(_ name: String, _ shape: Shape) -> Bool {
    let variable = name.split(separator: "/").last ?? ""
    return shape.rank <= 1 || ["bias", "beta", "gamma"].contains { variable.contains($0) }
  }
}
