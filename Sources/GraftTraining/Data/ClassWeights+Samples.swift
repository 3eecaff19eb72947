internal import GraftCore

extension ClassWeights {
  /// The weight of every sample.
  ///
  /// - Parameters:
  ///   - classes: The samples' classes.
  ///   - classCount: How many classes there are.
  ///   - names: Their names, if they have any.
  /// - Throws: `GraftError.invalidArgument` for classes that do not exist and for weights that are negative or not finite.
  package func sampleWeights(_ classes: [Int], classCount: Int, names: [String]?) throws -> [Float] {
    let weights = try classWeights(classes, classCount, names)
    return classes.map { Float(weights[$0] ?? 1) }
  }

  private func classWeights(_ classes: [Int], _ classCount: Int, _ names: [String]?) throws -> [Int: Double] {
    switch kind {
    case .balanced:
      var counts: [Int: Int] = [:]
      for index in classes { counts[index, default: 0] += 1 }
      return counts.mapValues { Double(classes.count) / Double(counts.count * $0) }
    case .byIndex(let weights):
      if let wrong = weights.keys.filter({ !(0..<classCount).contains($0) }).min() {
        throw GraftError(
          .invalidArgument, "Class weights are for classes 0 to \(classCount - 1). Received one for class \(wrong).")
      }
      return try Self.checked(weights)
    case .byName(let weights):
      guard let names else {
        throw GraftError(
          .invalidArgument, "Classes without names have weights by index. Received: \(weights.keys.sorted()).")
      }
      var result: [Int: Double] = [:]
      for (name, weight) in weights {
        guard let index = names.firstIndex(of: name) else {
          throw GraftError(
            .invalidArgument,
            "Class weights are for the classes \(names.joined(separator: ", ")). Received one for \(name).")
        }
        result[index] = weight
      }
      return try Self.checked(result)
    }
  }

  private static func checked(_ weights: [Int: Double]) throws -> [Int: Double] {
    for (_, weight) in weights.sorted(by: { $0.key < $1.key }) where !(weight >= 0 && Float(weight).isFinite) {
      throw GraftError(.invalidArgument, "A class weight must be a finite number, at least 0. Received: \(weight).")
    }
    return weights
  }
}
