internal import Foundation
package import GraftCore

/// What an erased box is filled with, its random numbers included.
package enum Erasure: Sendable, Hashable {
  /// One value of 0…255.
  case constant(Float)
  /// Noise: pixel (x, y) of the box takes the numbers at its position.
  case noise(RandomNumbers)

  /// A normal number times 255, clipped to 0…255, for each of 4,096 equally likely parts of its distribution.
  static let quantiles: [Float] = {
    var level = 0.0
    return (0..<4096).map { index in
      let share = (Double(index) + 0.5) / 4096
      // The smallest whole level whose rounding interval ends at that share or beyond.
      while level < 255, 0.5 * (1 + erf((level + 0.5) / 255 / 2.0.squareRoot())) < share { level += 1 }
      return Float(level)
    }
  }()
}
