public import GraftCore

/// Tensors from a formula that the golden generator computes too, bit for bit: weights and inputs of large cases need
/// not be stored.
///
/// Element `i` of the tensor `NAME` is `Float(center + scale * u)`, where `u` in [-1, 1) has 24 random bits of
/// splitmix64 at counter `i` from the FNV-1a hash of the name. `Tests/Golden/README.md` has the whole definition,
/// `Tests/Golden/generator/formula.py` the twin.
///
/// ```swift
/// let kernel = FormulaTensor.make(variable: "Conv1/kernel", shape: [3, 3, 3, 32])
/// let images = FormulaTensor.make(name: "input", shape: [2, 224, 224, 3], role: .input)
/// ```
public enum FormulaTensor {
  /// Makes the tensor of that name; `gain` multiplies the interval of a kernel.
  public static func make(name: String, shape: Shape, role: FormulaRole, gain: Double = 1) -> Tensor {
    let (center, scale) = role.centerAndScale(shape: shape, gain: gain)
    let key = key(name)
    return Tensor(shape: shape) { buffer in
      // Networks have millions of weights, and tests are not optimised: nothing generic stands in the loop.
      guard let values = buffer.baseAddress else { return }
      var index = 0
      let count = shape.count
      while index < count {
        values[index] = Float(center + scale * uniform(key: key, index: index))
        index += 1
      }
    }
  }

  /// Makes the tensor of a Keras variable, `<layer>/<variable>`; the role follows from the name.
  ///
  /// Returns nil where the name tells no role.
  public static func make(variable name: String, shape: Shape, gain: Double = 1) -> Tensor? {
    FormulaRole(variable: name).map { make(name: name, shape: shape, role: $0, gain: gain) }
  }

  /// Pictures of noise on coarse patches: those of noise alone are all alike once they are averaged.
  public static func pictures(count: Int, height: Int, width: Int, takesPixels: Bool, patch: Int = 8) -> Tensor {
    let role = takesPixels ? FormulaRole.pixels : .input
    let (rows, columns) = ((height + patch - 1) / patch, (width + patch - 1) / patch)
    let noise = make(name: "noise", shape: [count, height, width, 3], role: role).elements
    let coarse = make(name: "patches", shape: [count, rows, columns, 3], role: role).elements
    return Tensor(shape: [count, height, width, 3]) { elements in
      for index in elements.indices {
        let (pixel, channel) = index.quotientAndRemainder(dividingBy: 3)
        let (row, column) = (pixel / width % height, pixel % width)
        let place = ((pixel / (width * height) * rows + row / patch) * columns + column / patch) * 3 + channel
        elements.initializeElement(at: index, to: 0.5 * (noise[index] + coarse[place]))
      }
    }
  }

  /// FNV-1a, 64 bits, of the UTF-8 name.
  static func key(_ name: String) -> UInt64 {
    name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  private static func uniform(key: UInt64, index: Int) -> Double {
    var z = key &+ UInt64(index + 1) &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    z ^= z >> 31
    return Double(z >> 40) * 0x1p-23 - 1
  }
}
