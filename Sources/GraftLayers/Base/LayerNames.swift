internal import Synchronization

/// Hands out the names of unnamed layers as Keras does: the class in snake case, then a counter.
package enum LayerNames {
  private static let counters = Mutex<[String: Int]>([:])

  /// The next free name for a class: `conv2d`, `conv2d_1`, `global_average_pooling2d`.
  package static func next(_ className: String) -> String {
    let base = snakeCase(className)
    return counters.withLock { counters in
      let count = counters[base, default: 0]
      counters[base] = count + 1
      return count == 0 ? base : "\(base)_\(count)"
    }
  }

  /// Forgets all names given out, so that the next layers are called as in a new process.
  package static func reset() { counters.withLock { $0 = [:] } }

  /// Keras's to_snake_case: an underscore before a capital that follows a small letter or begins a word after capitals.
  static func snakeCase(_ name: String) -> String {
    let characters = Array(name)
    var result = ""
    for (index, character) in characters.enumerated() {
      if character.isUppercase, index > 0 {
        let previous = characters[index - 1]
        let nextIsLower = index + 1 < characters.count && characters[index + 1].isLowercase
        if previous.isLowercase || (nextIsLower && previous.isLetter) || (previous.isNumber && nextIsLower) {
          result += "_"
        }
      }
      result += character.lowercased()
    }
    return result
  }
}
