internal import Foundation
package import GraftCore
internal import GraftGraph
internal import GraftLayers

/// A few inputs with the outputs that a network gave for them when it was saved.
///
/// Loading runs the inputs again. What differs by more than rounding between processors (10⁻⁴ absolute plus 10⁻³ of the
/// value; 0.05 for a quantised network) is drift: another architecture, other weights, or kernels that compute wrongly on this machine.
package struct Probe: Sendable {
  package let inputs: Tensor
  package let outputs: Tensor

  private static let sampleCount = 2
  private static let absoluteTolerance: Float = 1e-4
  private static let relativeTolerance: Float = 1e-3
  // A whole number that is rounded the other way, as it may be on another processor, moves results further than a float does.
  static let quantizedTolerance: Float = 0.05

  package init(inputs: Tensor, outputs: Tensor) {
    self.inputs = inputs
    self.outputs = outputs
  }

  /// Runs a network on noise in [−1, 1], the same for every network of one input shape.
  package init(_ predictor: Predictor, inputShape: Shape) async throws {
    let random = RandomNumbers(seed: 0x6772_6166)
    inputs = Tensor(shape: inputShape.prepending(Self.sampleCount)) { elements in
      for index in elements.indices {
        elements.initializeElement(at: index, to: 2 * random.uniform(at: UInt64(index)) - 1)
      }
    }
    outputs = try await predictor.outputs(for: inputs)
    guard outputs.elements.allSatisfy(\.isFinite) else {
      throw GraftError(.nonFinite, "The network's outputs are not finite numbers: it cannot be saved as it is.")
    }
  }

  /// Runs the inputs again.
  ///
  /// - Throws: `GraftError.corrupt`, with the largest difference, if the outputs drifted.
  package func check(_ predictor: Predictor) async throws {
    let now = try await predictor.outputs(for: inputs)
    guard now.shape == outputs.shape else {
      throw GraftError(
        .corrupt, "The probe's outputs have the shape \(outputs.shape); the network now gives \(now.shape).")
    }
    let absolute = predictor.precision == .float32 ? Self.absoluteTolerance : Self.quantizedTolerance
    for (old, new) in zip(outputs.elements, now.elements) {
      guard abs(new - old) <= absolute + Self.relativeTolerance * abs(old) else {
        throw GraftError(
          .corrupt,
          """
          The network does not compute what it computed when it was saved: its probe gave \(old) then and \(new) now.
          """)
      }
    }
  }
}
