internal import Synchronization

/// Hands out the names of unnamed layers as Keras does: the class in snake case, then a counter.
package enum LayerNames {
  private final class Counters: Sendable {
    let counts = Mutex<[String: Int]>([:])
  }

  @TaskLocal private static var counters = Counters()

  /// The next free name for a class: `conv2d`, `conv2d_1`, `global_average_pooling2d`.
  package static func next(_ className: String) -> String {
    let base = snakeCase(className)
    return counters.counts.withLock { counts in
      let count = counts[base, default: 0]
      counts[base] = count + 1
      return count == 0 ? base : "\(base)_\(count)"
    }
  }

  /// Runs `body` with counters of its own, so that its layers are called as in a new process.
  package static func startingOver<Result>(_ body: () throws -> Result) rethrows -> Result {
    try $counters.withValue(Counters(), operation: body)
  }

  /// Runs an asynchronous `body` with counters of its own.
  package static func startingOver<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    try await $counters.withValue(Counters(), operation: body)
  }

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
