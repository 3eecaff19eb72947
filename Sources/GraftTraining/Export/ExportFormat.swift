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
  /// A whole model for TensorFlow and TensorFlow Serving: a folder.
  case savedModel = "savedmodel"
  /// A whole model for the TFLite (LiteRT) interpreter.
  case tflite

  /// Whether the file says how the network computes, and not its weights alone.
  public var holdsNetwork: Bool {
    switch self {
    case .keras, .onnx, .savedModel, .tflite: true
    case .kerasWeights, .safetensors, .npz: false
    }
  }

  /// Whether the file can keep whole numbers of 8 bits.
  public var holdsWholeNumbers: Bool { self == .tflite }

  /// What opens it, in a few words.
  public var summary: String {
    switch self {
    case .keras: "a whole model that Keras 3 opens and goes on training (.keras)"
    case .kerasWeights: "weights for a Keras 3 model of the same layers (.weights.h5)"
    case .safetensors: "weights under Keras's names"
    case .npz: "weights under Keras's names, for NumPy"
    case .onnx: "a whole model for ONNX Runtime and others (opset 17, any batch size)"
    case .savedModel: "a folder for TensorFlow and TensorFlow Serving (signature serving_default)"
    case .tflite: "a whole model for the TFLite (LiteRT) interpreter, float32 or int8"
    }
  }

  /// The ending that readers insist on; nil where any name will do.
  public var requiredSuffix: String? {
    switch self {
    case .keras: ".keras"
    case .kerasWeights: ".weights.h5"
    case .safetensors, .npz, .onnx, .savedModel, .tflite: nil
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
