internal import ArgumentParser
internal import Graft

/// How much classes count, as the command line says it.
struct ClassWeightChoice: ExpressibleByArgument {
  let text: String
  let weights: ClassWeights

  init?(argument: String) {
    text = argument
    if argument == "balanced" {
      weights = .balanced
      return
    }
    var byName: [String: Double] = [:]
    for item in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let sign = item.lastIndex(of: "="), sign > item.startIndex,
        let weight = Double(item[item.index(after: sign)...]), weight >= 0, weight.isFinite,
        byName.updateValue(weight, forKey: String(item[..<sign])) == nil
      else { return nil }
    }
    weights = .byName(byName)
  }
}
