internal import GraftCore
internal import GraftGraph
internal import GraftImages

/// Digests of everything that decides the course of a run, except its length. Two runs with one fingerprint take the same
/// steps on the same number of cores.
struct RunFingerprint: Sendable, Equatable {
  static let firstWeights = "first weights"

  /// A digest for each thing, by what people call it.
  var parts: [String: String]

  /// What differs, as people call it.
  func differences(from other: RunFingerprint) -> [String] {
    Set(parts.keys).union(other.parts.keys).filter { parts[$0] != other.parts[$0] }.sorted()
  }
}

extension RunFingerprint {
  /// The fingerprint of a run whose data is ready.
  ///
  /// - Throws: `GraftError.unreadable` if a picture that is decoded anew in every epoch cannot be read any more.
  init(_ job: TrainingJob, train: PreparedSet, validation: PreparedSet?) throws {
    let (options, region) = (job.options, job.region)
    let parameters = region.graph.parameters
    let changing = parameters.filter { $0.role != .frozen }
    let isBank = !options.augmentation.isEmpty && !train.isLive
    var parts: [String: [String]] = [
      "network": region.training.nodes.map(Self.describe)
        + parameters.map { "\($0.name) \($0.role) \($0.value.shape) \($0.learningRateMultiplier)" },
      Self.firstWeights: changing.map { Self.digest($0.value) },
      "frozen weights": parameters.filter { $0.role == .frozen }.map { Self.digest($0.value) },
      "optimizer": [try JSONValue(encoding: job.configuration.optimizer).serialized()],
      "loss": ["\(job.configuration.loss)"],
      "metrics": job.configuration.metrics.map(\.name),
      "batch size": ["\(options.batchSize)"],
      "shuffling": ["\(options.shuffles)"],
      "seed": ["\(options.seed)"],
      "augmentation": [try JSONValue(encoding: options.augmentation).serialized()],
      "number of views": ["\(isBank ? train.views : 1)"],
      "callbacks": options.callbacks.map { "\(type(of: $0))" },
      "training data": try Self.describe(train, job.train),
    ]
    if let validation, let samples = job.validation {
      parts["validation data"] = try Self.describe(validation, samples)
    }
    self.init(parts: parts.mapValues { SHA256Digest(of: Array($0.joined(separator: "\n").utf8)).description })
  }

  /// All that a node computes: dumps, which are for people, leave some of it out. Layers' own names do not matter.
  private static func describe(_ node: Node) -> String {
    "\(node.operation) \(node.inputs) \(node.parameters) \(node.gradients) \(node.shape)"
  }

  private static func describe(_ set: PreparedSet, _ samples: LabelledSamples) throws -> [String] {
    let weights = set.weights.withUnsafeBytes { "\(SHA256Digest(of: $0))" }
    switch set.storage {
    case .table(let columns): return [weights, digest(set.targets)] + columns.map(digest)
    case .live:
      // Targets have a row per epoch, whose number may change; the first view's are those of the first epoch.
      let first = set.targets.rows(at: Array(stride(from: 0, to: set.targets.shape[0], by: set.views)))
      return try [weights, digest(first)] + (samples.pictures?.fingerprint() ?? [])
    }
  }

  private static func digest(_ tensor: Tensor) -> String {
    tensor.withUnsafeBufferPointer { "\(tensor.shape) \(SHA256Digest(of: UnsafeRawBufferPointer($0)))" }
  }
}
