internal import GraftCore
internal import GraftGraph

extension RunnerTuning {
  /// With fewer pictures a search would take longer than what it finds could save.
  static let leastPictures = 2000

  /// The way to run a network over so many pictures: the one that is known, else the best of a search if there are enough
  /// pictures for one; nil for the usual way.
  ///
  /// - Parameters:
  ///   - title: What lists call the network.
  ///   - file: Where ways are remembered; nil for no search.
  static func find(
    for graph: Graph, title: String, pictures: Int, file: TuningFile?, leastPictures: Int = leastPictures
  ) async throws -> RunnerTuning? {
    guard let file else { return nil }
    let key = key(graph, title)
    if let known = file.all[key] { return known }
    guard pictures >= leastPictures, let found = RunnerTuning(try await TuningSearch(graph: graph).run()) else {
      return nil
    }
    file.keep(found, of: key)
    return found
  }

  /// The network's operations and shapes, weights do not matter, and the machine.
  private static func key(_ graph: Graph, _ title: String) -> String {
    let text = graph.nodes.map { "\($0.operation) \($0.inputs) \($0.shape)" }.joined(separator: "\n")
    let digest = SHA256Digest(of: Array(text.utf8)).description.prefix(12)
    let precision = RegionFingerprint.precision(of: graph)
    return
      "\(title) \(precision) #\(digest), \(ProcessorKind.text), \(Workers.count) cores, Graft \(GraftVersion.current)"
  }
}
