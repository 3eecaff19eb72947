internal import GraftCore
internal import GraftGraph
internal import GraftImages

/// A digest of everything that decides the course of a run, except its length: data, network with its first weights,
/// optimizer, loss, options. Two runs with one fingerprint take the same steps.
enum RunFingerprint {
  static func make(_ job: TrainingJob, train: PreparedSet, validation: PreparedSet?) throws -> String {
    var lines: [String] = []
    func add(_ text: String) { lines.append("\(SHA256Digest(of: Array(text.utf8)))") }
    func add(_ tensor: Tensor) {
      let digest = tensor.withUnsafeBufferPointer { SHA256Digest(of: UnsafeRawBufferPointer($0)) }
      lines.append("\(tensor.shape) \(digest)")
    }
    let options = job.options
    add(job.region.training.dump)
    for parameter in job.region.graph.parameters { add(parameter.value) }
    for parameter in job.frozen.parameters { add(parameter.value) }
    add(try JSONValue(encoding: job.configuration.optimizer).serialized())
    add("\(job.configuration.loss)")
    add("\(job.configuration.metrics.map(\.name))")
    add("\(options.batchSize) \(options.shuffles) \(options.seed)")
    add(try JSONValue(encoding: options.augmentation).serialized())
    add("\(options.augmentation.isEmpty ? 1 : train.views)")
    for set in [train, validation].compactMap({ $0 }) {
      add(set.targets)
      add("\(set.weights)")
      switch set.storage {
      case .table(let columns): columns.forEach(add)
      case .live: add("\(set.count) pictures")
      }
    }
    return "\(SHA256Digest(of: Array(lines.joined(separator: "\n").utf8)))"
  }
}
