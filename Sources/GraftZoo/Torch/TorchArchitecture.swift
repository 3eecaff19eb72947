internal import GraftCore
internal import GraftFormats
internal import GraftLayers

/// A network as torch's publishers have it, with weights under their names.
protocol TorchArchitecture: Architecture {
  /// Whose network it is, and the file of weights if one has been read already.
  var origin: TorchOrigin { get set }
  /// Whose networks it can be; where names alone cannot tell, the first one is meant.
  var publishers: [TorchPublisher] { get }
  /// The layers with weights, in order and with those of the top, and where a publisher keeps each.
  func paths(_ publisher: TorchPublisher) -> [(layer: String, path: String)]
  /// What the paths of the top begin with.
  func topPaths(_ publisher: TorchPublisher) -> [String]
}

/// Where a torch network comes from.
struct TorchOrigin: Sendable {
  var publisher: TorchPublisher
  var weights: StateDict?
}

extension TorchArchitecture {
  var topNeedsDefaultSide: Bool { false }
  var publisherName: String { origin.publisher.words }

  /// The network as the publisher of a file's weights has it.
  func fitted(to path: String) throws -> any Architecture {
    guard origin.weights?.path != path, try StateDict.describes(path) else { return self }
    let weights = try StateDict(contentsOf: path)
    let modules = weights.modules
    let counts = publishers.map { publisher in
      (publisher, paths(publisher).count { modules.contains($0.path) })
    }
    let most = counts.map(\.1).max() ?? 0
    guard most > 0 else { throw TorchRecognition.unknown(weights, nearest: [self]) }
    let possible = counts.filter { $0.1 == most }.map(\.0)
    return from(weights.preferred(of: possible), weights)
  }

  /// The same network of another publisher.
  func from(_ publisher: TorchPublisher, _ weights: StateDict? = nil) -> Self {
    var other = self
    other.origin = TorchOrigin(publisher: publisher, weights: weights)
    return other
  }

  func assign(_ path: String, to model: Model, includeTop: Bool) throws {
    let known = origin.weights.flatMap { $0.path == path ? $0 : nil }
    guard try known != nil || StateDict.describes(path) else {
      // Weights that Graft wrote have the names of the layers.
      return try model.loadWeights(from: path, allowExtra: !includeTop)
    }
    let paths = paths(origin.publisher).map { ($0.layer, $0.path) }
    try model.assign(
      from: try known ?? StateDict(contentsOf: path), paths: Dictionary(paths) { first, _ in first },
      ignoring: includeTop ? [] : topPaths(origin.publisher))
  }
}
