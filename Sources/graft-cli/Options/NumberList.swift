internal import ArgumentParser

/// Numbers that are parted by commas.
struct NumberList<Number: LosslessStringConvertible & Sendable>: ExpressibleByArgument, CustomStringConvertible {
  let values: [Number]
  let description: String

  init?(argument: String) {
    var values: [Number] = []
    for item in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let value = Number(String(item)) else { return nil }
      values.append(value)
    }
    guard !values.isEmpty else { return nil }
    self.values = values
    description = argument
  }

  /// The number of a phase, from 0: a single one is for all.
  subscript(index: Int) -> Number { values.count == 1 ? values[0] : values[index] }
}
