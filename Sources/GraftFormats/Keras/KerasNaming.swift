/// The names that Keras 3 gives a model's layers in a `.weights.h5`: the class in snake case, numbered per class.
///
/// Definition: `to_snake_case` in keras/src/utils/naming.py, `_get_unique_name` in keras/src/saving/saving_lib.py.
struct KerasNaming {
  private var used: [String: Int] = [:]

  /// The name of the next layer of a class: `conv2d`, `conv2d_1`, …
  mutating func next(_ className: String) -> String {
    let name = Self.snakeCase(className)
    defer { used[name, default: 0] += 1 }
    return used[name].map { "\(name)_\($0)" } ?? name
  }

  /// `DepthwiseConv2D` → `depthwise_conv2d`, `PReLU` → `p_re_lu`.
  static func snakeCase(_ className: String) -> String {
    let letters = Array(className.unicodeScalars.filter { $0 == "_" || $0.properties.isAlphabetic || isDigit($0) })
    // First `(.)([A-Z][a-z]+)` → `\1_\2`, as Python's `re.sub` finds it: from the left, without overlap.
    var words: [Unicode.Scalar] = []
    var index = 0
    while index < letters.count {
      if index + 2 < letters.count, isUpper(letters[index + 1]), isLower(letters[index + 2]) {
        words += [letters[index], "_", letters[index + 1]]
        index += 2
        while index < letters.count, isLower(letters[index]) {
          words.append(letters[index])
          index += 1
        }
      } else {
        words.append(letters[index])
        index += 1
      }
    }
    // Then `([a-z])([A-Z])` → `\1_\2`.
    var result = ""
    for (index, letter) in words.enumerated() {
      if index > 0, isUpper(letter), isLower(words[index - 1]) { result.unicodeScalars.append("_") }
      result.unicodeScalars.append(letter)
    }
    return result.lowercased()
  }

  private static func isUpper(_ letter: Unicode.Scalar) -> Bool { ("A"..."Z").contains(letter) }
  private static func isLower(_ letter: Unicode.Scalar) -> Bool { ("a"..."z").contains(letter) }
  private static func isDigit(_ letter: Unicode.Scalar) -> Bool { ("0"..."9").contains(letter) }
}
