package import GraftCore
internal import Foundation

/// How a weight gets its first value, by Keras's formulas (keras.initializers).
///
/// Numbers are a function of the process's seed (`RandomSeed`) and the weight's name, so that a network gets the same
/// first weights however and in whatever order it was built.
public enum Initializer: Sendable, Hashable {
  /// All zeros.
  case zeros
  /// All ones.
  case ones
  /// Uniform within ±√(6 / (fan in + fan out)).
  case glorotUniform
  /// Normal, cut at two standard deviations, of standard deviation √(2 / (fan in + fan out)).
  case glorotNormal
  /// Uniform within ±√(6 / fan in).
  case heUniform
  /// Normal, cut at two standard deviations, of standard deviation √(2 / fan in).
  case heNormal
  /// One number everywhere.
  case constant(Float)
  /// Keras's `VarianceScaling` by fan out: of variance scale / fan out, from a distribution.
  case varianceScaling(scale: Double, Distribution)

  /// What `varianceScaling` draws from.
  public enum Distribution: String, Sendable, Hashable {
    /// Uniform between two bounds.
    case uniform
    /// Normal, cut at two standard deviations.
    case truncatedNormal = "truncated_normal"
  }

  /// Draws a value. `key` is the weight's full name.
  package func tensor(shape: Shape, key: String) -> Tensor {
    let (fanIn, fanOut) = Self.fans(shape)
    switch self {
    case .zeros: return Tensor(zeros: shape)
    case .ones: return Tensor(repeating: 1, shape: shape)
    case .glorotUniform: return Self.uniform(limit: (6 / (fanIn + fanOut)).squareRoot(), shape, key)
    case .heUniform: return Self.uniform(limit: (6 / fanIn).squareRoot(), shape, key)
    case .glorotNormal: return Self.truncatedNormal(deviation: (2 / (fanIn + fanOut)).squareRoot(), shape, key)
    case .heNormal: return Self.truncatedNormal(deviation: (2 / fanIn).squareRoot(), shape, key)
    case .constant(let value): return Tensor(repeating: value, shape: shape)
    case .varianceScaling(let scale, .uniform):
      return Self.uniform(limit: (3 * scale / fanOut).squareRoot(), shape, key)
    case .varianceScaling(let scale, .truncatedNormal):
      return Self.truncatedNormal(deviation: (scale / fanOut).squareRoot(), shape, key)
    }
  }

  /// Keras's compute_fans: the last two axes are channels in and out, the others are the receptive field.
  static func fans(_ shape: Shape) -> (fanIn: Double, fanOut: Double) {
    switch shape.rank {
    case 0: return (1, 1)
    case 1: return (Double(shape[0]), Double(shape[0]))
    default:
      let field = Double(shape.dimensions.dropLast(2).reduce(1, *))
      return (Double(shape[-2]) * field, Double(shape[-1]) * field)
    }
  }

  private static func uniform(limit: Double, _ shape: Shape, _ key: String) -> Tensor {
    let random = RandomNumbers(seed: RandomSeed.current, stream: key.stableHash)
    return Tensor(shape: shape) { elements in
      for index in elements.indices {
        elements.initializeElement(
          at: index, to: Float((2 * Double(random.uniform(at: UInt64(index))) - 1) * limit))
      }
    }
  }

  private static func truncatedNormal(deviation: Double, _ shape: Shape, _ key: String) -> Tensor {
    // Cutting at 2σ shrinks the deviation; Keras divides by what is left of it.
    let sigma = deviation / 0.87962566103423978
    let random = RandomNumbers(seed: RandomSeed.current, stream: key.stableHash)
    return Tensor(shape: shape) { elements in
      var position: UInt64 = 0
      for index in elements.indices {
        var value = random.normal(at: position)
        position += 1
        while abs(value) > 2 {
          value = random.normal(at: position)
          position += 1
        }
        elements.initializeElement(at: index, to: Float(Double(value) * sigma))
      }
    }
  }
}

extension Initializer {
  private static let kerasNames: [(Initializer, String)] = [
    (.zeros, "Zeros"), (.ones, "Ones"), (.glorotUniform, "GlorotUniform"), (.glorotNormal, "GlorotNormal"),
    (.heUniform, "HeUniform"), (.heNormal, "HeNormal"),
  ]

  /// The initializer in Keras's configuration.
  package var configuration: JSONValue {
    let name: String
    let config: JSONValue
    switch self {
    case .zeros, .ones: (name, config) = (kerasName, [:])
    case .constant(let value): (name, config) = ("Constant", ["value": .number(value.shortest)])
    case .varianceScaling(let scale, let distribution):
      name = "VarianceScaling"
      config = [
        "scale": .number(scale), "mode": "fan_out", "distribution": .string(distribution.rawValue), "seed": nil,
      ]
    default: (name, config) = (kerasName, ["seed": nil])
    }
    return [
      "module": "keras.initializers", "class_name": .string(name), "config": config, "registered_name": nil,
    ]
  }

  private var kerasName: String { Self.kerasNames.first { $0.0 == self }?.1 ?? "Zeros" }

  /// Reads Keras's configuration; one that is not known here gives nil.
  package init?(configuration: JSONValue?) {
    let name = configuration?["class_name"]?.string
    let config = configuration?["config"]
    if let known = Self.kerasNames.first(where: { $0.1 == name }) {
      self = known.0
    } else if name == "Constant", let value = config?["value"]?.double {
      self = .constant(Float(value))
    } else if name == "VarianceScaling", config?["mode"]?.string == "fan_out", let scale = config?["scale"]?.double,
      let distribution = config?["distribution"]?.string.flatMap(Distribution.init(rawValue:))
    {
      self = .varianceScaling(scale: scale, distribution)
    } else {
      return nil
    }
  }
}
