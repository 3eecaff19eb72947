internal import GraftCore
internal import GraftFormats

/// Finds the network that a file of torch weights belongs to, by names and sizes.
enum TorchRecognition {
  /// The network, with the file as its origin.
  ///
  /// - Throws: `GraftError.weightMismatch`, saying what was expected and what is nearest.
  static func architecture(of weights: StateDict) throws -> any TorchArchitecture {
    let modules = weights.modules
    var alike: [any TorchArchitecture] = []
    for network in Zoo.torchArchitectures {
      let possible = network.publishers.filter { publisher in
        let paths = Set(network.paths(publisher).map(\.path))
        let top = network.topPaths(publisher)
        return modules.isSubset(of: paths)
          && paths.subtracting(modules).allSatisfy { path in top.contains { path.isAt($0) } }
      }
      guard !possible.isEmpty else { continue }
      let publisher = weights.preferred(of: possible)
      alike.append(network.from(publisher, weights))
    }
    // Networks of one family differ in widths alone: the number of weights tells them apart.
    let recognised = alike.first { network in
      let parts = Set(network.trunkPaths)
      return weights.parameterCount { parts.contains($0) } == network.facts.parameters.noTop
    }
    guard let recognised else { throw unknown(weights, nearest: alike) }
    return recognised
  }

  /// Says what is expected, and how far a file is from it.
  static func unknown(_ weights: StateDict, nearest: [any TorchArchitecture]) -> GraftError {
    let modules = weights.modules
    let shown = weights.names.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
    var text =
      "The tensors in '\(weights.path)' (\(weights.names.count), such as \(shown)) are of no torch network that is known here."
    if let network = nearest.first, let first = network.paths(network.origin.publisher).first,
      modules.contains(first.path)
    {
      let parts = Set(network.trunkPaths)
      text += """
         The names are those of \(nearest.map(\.facts.className).joined(separator: ", ")) (\(network.publisherName)), but it \
        has \(weights.parameterCount { parts.contains($0) }) weights without a top; expected \
        \(nearest.map { "\($0.facts.parameters.noTop)" }.joined(separator: " or ")).
        """
    } else if let (network, publisher, count) = closest(modules), count > 0 {
      let paths = network.paths(publisher).map(\.path)
      let missing = paths.filter { !modules.contains($0) }.prefix(3)
      let extra = modules.subtracting(paths).sorted().prefix(3)
      text += """
         The nearest is \(network.facts.className) as \(publisher.words) names it: \(count) of its \(paths.count) layers are \
        there. Missing: \(missing.isEmpty ? "none" : missing.joined(separator: ", ")). Left over: \
        \(extra.isEmpty ? "none" : extra.joined(separator: ", ")).
        """
    }
    text += """
       Expected the names of torchvision, timm or efficientnet_pytorch for \
      \(Zoo.torchArchitectures.map(\.facts.className).joined(separator: ", ")).
      """
    return GraftError(.weightMismatch, text)
  }

  private static func closest(_ modules: Set<String>) -> (any TorchArchitecture, TorchPublisher, Int)? {
    var best: (any TorchArchitecture, TorchPublisher, Int)?
    var bestShare = 0.0
    for network in Zoo.torchArchitectures {
      for publisher in network.publishers {
        let paths = network.paths(publisher)
        let count = paths.count { modules.contains($0.path) }
        let share = Double(count) / Double(max(paths.count, modules.count))
        if share > bestShare { (best, bestShare) = ((network, publisher, count), share) }
      }
    }
    return best
  }
}

extension TorchArchitecture {
  /// The paths of all but the top, at the network's publisher.
  fileprivate var trunkPaths: [String] {
    let top = topPaths(origin.publisher)
    return paths(origin.publisher).map(\.path).filter { path in !top.contains { path.isAt($0) } }
  }
}

extension String {
  /// Whether a path is another one or lies below it.
  fileprivate func isAt(_ path: String) -> Bool { self == path || hasPrefix(path + ".") }
}
