package import GraftCore
package import GraftGraph
internal import GraftRuntime

/// A digest of all that decides what a frozen graph makes of its input: operations, weights, precision, the
/// kind of processor, the versions of Graft and of its kernels.
package struct RegionFingerprint: Sendable, Hashable {
  /// The precision that kernels compute in unless something else is said.
  package static let singlePrecision = "f32"

  /// What the kernels of a graph compute in.
  static func precision(of graph: Graph) -> String { graph.isQuantized ? "int8" : singlePrecision }

  /// To be raised whenever kernels or passes give other numbers than before for the same network.
  private static let generation = 1

  package let digest: SHA256Digest

  /// - Parameters:
  ///   - graph: The graph, as it is before it is optimised. Names and what is trainable do not matter.
  ///   - precision: The precision that its kernels compute in, and whatever else quantising depends on.
  package init(_ graph: Graph, precision: String = RegionFingerprint.singlePrecision) {
    let graph = graph.frozen()
    var digests: [ParameterID: String] = [:]
    var lines = [
      "graft \(GraftVersion.current) \(Self.generation) \(Processor.kernels) \(ProcessorKind.text) \(precision)",
      "\(graph.outputs)",
    ]
    for node in graph.nodes {
      let weights = node.parameters.map { id in
        if let known = digests[id] { return known }
        let digest = Self.digest(graph[id].value)
        digests[id] = digest
        return digest
      }
      lines.append("\(node.operation) \(node.inputs) \(node.shape) \(weights)")
    }
    digest = SHA256Digest(of: Array(lines.joined(separator: "\n").utf8))
  }

  private static func digest(_ tensor: Tensor) -> String {
    tensor.withUnsafeBufferPointer { "\(tensor.shape) \(SHA256Digest(of: UnsafeRawBufferPointer($0)))" }
  }
}
