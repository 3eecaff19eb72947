internal import GraftCore
internal import GraftFormats

extension TrainingSnapshot {
  private static let key = "graft_checkpoint"
  private static let formatVersion = 1

  /// Writes the state to one file, which appears whole or not at all and has a checksum over every byte.
  func write(to path: String) throws {
    var tensors: [(name: String, tensor: Tensor)] = [("log/predictions", predictions), ("log/losses", losses)]
    func add(_ prefix: String, _ values: [String: Tensor]) {
      for (name, tensor) in values.sorted(by: { $0.key < $1.key }) { tensors.append((prefix + name, tensor)) }
    }
    add("weights/", weights)
    add("optimizer/", optimizer.tensors)
    for (callback, kept) in keptWeights.sorted(by: { $0.key < $1.key }) { add("kept/\(callback)/", kept) }
    let description: JSONValue = [
      "format_version": .int(Self.formatVersion), "epoch": .int(epoch), "batch": .int(batch),
      "fingerprint": .object(fingerprint.parts.mapValues { .string($0) }), "views": .int(views),
      "seconds": .exact(seconds), "epoch_seconds": .exact(epochSeconds),
      "records": .array(records.map(\.checkpointValue)), "callbacks": .array(callbacks),
      "stop_reason": stopReason.map { .string($0) } ?? .null,
      "optimizer": [
        "rule": try JSONValue(encoding: optimizer.optimizer), "iterations": .int(optimizer.iterations),
        "learning_rate_scale": .int(Int(optimizer.learningRateScale.bitPattern)),
        "weights": .array(optimizer.weights.map { .string($0) }),
      ],
    ]
    try SafetensorsWriter.write(
      tensors: tensors, metadata: [Self.key: try description.serialized()], to: path, checksums: true)
  }

  /// Reads a state, and checks every byte of it.
  ///
  /// - Throws: `GraftError.corrupt`, `.unreadable` or `.unsupported`, with the file's name.
  init(contentsOf path: String) throws {
    let file = try SafetensorsFile(contentsOf: path, verify: true)
    guard let text = file.metadata[Self.key] else {
      throw GraftError(.unsupported, "'\(path)' is a safetensors file, but no checkpoint of Graft.")
    }
    let description = try JSONValue(parsing: text)
    guard description["format_version"]?.int == Self.formatVersion else {
      throw GraftError(.unsupported, "'\(path)' was written by another version of Graft: resume with that version.")
    }
    let damaged = GraftError(.corrupt, "'\(path)' lacks a part of the run's state.")
    guard let parts = description["fingerprint"]?.object, let epoch = description["epoch"]?.int, epoch >= 1,
      let batch = description["batch"]?.int, batch >= 0, let views = description["views"]?.int, views >= 1,
      let seconds = description["seconds"]?.exactDouble, let epochSeconds = description["epoch_seconds"]?.exactDouble,
      let records = description["records"]?.array, let callbacks = description["callbacks"]?.array,
      let optimizer = description["optimizer"], let rule = optimizer["rule"],
      let iterations = optimizer["iterations"]?.int, let scale = optimizer["learning_rate_scale"]?.int,
      let scaleBits = UInt32(exactly: scale), let names = optimizer["weights"]?.array
    else { throw damaged }
    var groups: [String: [String: Tensor]] = [:]
    var kept: [Int: [String: Tensor]] = [:]
    for name in file.names {
      let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw damaged }
      let (group, rest) = (String(parts[0]), parts[1])
      if group == "kept" {
        let inner = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard inner.count == 2, let callback = Int(inner[0]) else { throw damaged }
        kept[callback, default: [:]][String(inner[1])] = try file.tensor(named: name)
      } else {
        groups[group, default: [:]][String(rest)] = try file.tensor(named: name)
      }
    }
    guard let predictions = groups["log"]?["predictions"], let losses = groups["log"]?["losses"],
      predictions.shape.rank == 2, losses.shape == [predictions.shape[0]]
    else { throw damaged }
    self.init(
      fingerprint: RunFingerprint(parts: parts.compactMapValues(\.string)), epoch: epoch, batch: batch, views: views,
      seconds: seconds, epochSeconds: epochSeconds, weights: groups["weights"] ?? [:],
      optimizer: OptimizerSnapshot(
        optimizer: try rule.decoded(as: Optimizer.self), iterations: iterations,
        learningRateScale: Float(bitPattern: scaleBits), weights: names.compactMap(\.string),
        tensors: groups["optimizer"] ?? [:]),
      records: try records.map { try EpochRecord(checkpointValue: $0, orThrow: damaged) }, predictions: predictions,
      losses: losses, callbacks: callbacks, keptWeights: kept, stopReason: description["stop_reason"]?.string)
  }
}

extension EpochRecord {
  fileprivate var checkpointValue: JSONValue {
    ["epoch": .int(epoch), "seconds": .exact(seconds), "values": .object(values.mapValues { .exact($0) })]
  }

  fileprivate init(checkpointValue value: JSONValue, orThrow error: GraftError) throws {
    guard let epoch = value["epoch"]?.int, let seconds = value["seconds"]?.exactDouble,
      let values = value["values"]?.object
    else { throw error }
    self.init(
      epoch: epoch,
      values: try values.mapValues { value in
        guard let number = value.exactDouble else { throw error }
        return number
      }, seconds: seconds)
  }
}
