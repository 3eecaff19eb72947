internal import GraftCore

/// A format that other programs read models in.
public enum ExportFormat: String, Sendable, Hashable, CaseIterable {
  /// A whole model for Keras 3 (`.keras`).
  case keras
  /// Weights for a Keras 3 model of the same layers (`.weights.h5`).
  case kerasWeights = "weights.h5"
  /// Weights under Keras's names.
  case safetensors
  /// Weights under Keras's names, for NumPy.
  case npz
  /// A whole model for ONNX Runtime and others.
  case onnx

  /// Whether the file says how the network computes, and not its weights alone.
  public var holdsNetwork: Bool { self == .keras || self == .onnx }

  /// The ending that readers insist on; nil where any name will do.
  public var requiredSuffix: String? {
    switch self {
    case .keras: ".keras"
    case .kerasWeights: ".weights.h5"
    case .safetensors, .npz, .onnx: nil
    }
  }

  /// The format of a name.
  ///
  /// - Throws: `GraftError.invalidArgument`, naming the nearest format, if there is none.
  public init(named name: String) throws {
    guard let format = Self(rawValue: name) else {
      let known = Self.allCases.map(\.rawValue)
      let nearest = known.min { $0.editDistance(to: name) < $1.editDistance(to: name) } ?? ""
      throw GraftError(
        .invalidArgument,
        "There is no format '\(name)'; the nearest is '\(nearest)'. Known: \(known.joined(separator: ", ")).")
    }
    self = format
  }
}
