internal import GraftCore

extension ModelReader {
  /// A layer of the configuration with its calls, of which the first `next` have been made.
  private struct Pending {
    let name: String
    let className: String
    let entry: JSONValue
    let calls: [[LayerReference]]
    var next = 0

    init(_ entry: JSONValue) throws {
      guard let name = (entry["name"] ?? entry["config"]?["name"])?.string else {
        throw GraftError(.corrupt, "A layer has no name in the model's configuration.")
      }
      guard let className = entry["class_name"]?.string, entry["config"] != nil else {
        throw GraftError(.corrupt, "Layer \"\(name)\" has no class_name and config.")
      }
      self.name = name
      self.className = className
      self.entry = entry
      calls =
        KerasFunction.isFunction(entry) ? try KerasFunction.references(entry) : try LayerReference.calls(of: entry)
    }
  }

  /// Builds a model from its graph of layers: what its wanted output depends on.
  mutating func functional(_ config: JSONValue) throws -> Model {
    guard let entries = config["layers"]?.array else {
      throw GraftError(.corrupt, "The model's configuration lists no layers.")
    }
    var pending = try entries.map { try Pending($0) }
    let wanted = try wantedOutput(config, among: pending.map(\.name))
    let needed = Self.needed(by: wanted.layer, among: pending)
    let results = try call(&pending, needed, for: wanted)
    for item in pending where !KerasFunction.isFunction(item.entry) && item.className != "InputLayer" {
      note(item.name, item.className, made[item.name])
    }
    let inputs = LayerReference.list(config["input_layers"])
    let read = inputs.filter { needed.contains($0.layer) }
    guard inputs.count <= 1 || read.count == 1 else {
      throw GraftError(.unsupported, "Expected a model with one input. Received one with \(inputs.count).")
    }
    guard let input = read.first.flatMap({ results[$0.layer]?.first }) else {
      throw GraftError(
        .corrupt,
        "The model's input \(inputs.map { "\"\($0.layer)\"" }.joined()) is not among what its output depends on.")
    }
    guard let calls = results[wanted.layer], let last = calls.last else {
      throw GraftError(.corrupt, "The model's output \"\(wanted.layer)\" is not among its layers.")
    }
    return Model(
      inputs: input, outputs: calls.indices.contains(wanted.call) ? calls[wanted.call] : last,
      name: config["name"]?.string)
  }

  /// The result that the model is to compute.
  private func wantedOutput(_ config: JSONValue, among names: [String]) throws -> LayerReference {
    let outputs = LayerReference.list(config["output_layers"])
    switch output {
    case .only where outputs.count == 1: return outputs[0]
    case .place(let place) where outputs.indices.contains(place): return outputs[place]
    case .layer(let name):
      if let found = outputs.first(where: { $0.layer == name }) { return found }
      guard names.contains(name) else { throw unknownOutput(name, among: names) }
      return LayerReference(layer: name, call: 0)
    case .only, .place:
      guard outputs.count > 1 else { throw GraftError(.corrupt, "The model's configuration names no output.") }
      throw GraftError(
        .invalidArgument,
        """
        The model has \(outputs.count) outputs: \(outputs.map { "\"\($0.layer)\"" }.joined(separator: ", ")). Choose one: \
        output: in the library, --base-output in the command.
        """)
    }
  }

  /// The layers that a layer depends on, and itself.
  private static func needed(by name: String, among pending: [Pending]) -> Set<String> {
    let calls = Dictionary(pending.map { ($0.name, $0.calls) }) { first, _ in first }
    var needed: Set<String> = []
    var open = [name]
    while let next = open.popLast() {
      guard needed.insert(next).inserted else { continue }
      open += (calls[next] ?? []).flatMap { $0.map(\.layer) }
    }
    return needed
  }

  /// Calls layers as soon as their inputs are there; the list need not be in that order.
  private mutating func call(
    _ pending: inout [Pending], _ needed: Set<String>, for wanted: LayerReference
  ) throws -> [String: [SymbolicTensor]] {
    var results: [String: [SymbolicTensor]] = [:]
    // Which results of nested models are read.
    var read: [String: Set<Int>] = [wanted.layer: [wanted.result]]
    for item in pending where needed.contains(item.name) {
      for reference in item.calls.joined() { read[reference.layer, default: []].insert(reference.result) }
    }
    func tensors(_ references: [LayerReference]) -> [SymbolicTensor]? {
      var found: [SymbolicTensor] = []
      for reference in references {
        guard let calls = results[reference.layer], let last = calls.last else { return nil }
        // Keras counts a nested model's own construction as its first call.
        found.append(calls.indices.contains(reference.call) ? calls[reference.call] : last)
      }
      return found
    }
    var madeProgress = true
    var passes = 0
    while madeProgress {
      madeProgress = false
      passes += 1
      // One or two do for what Keras writes; a long list in reverse would take as many as it has layers.
      guard passes <= 256 else {
        throw GraftError(.corrupt, "The model's layers are listed in an order in which they cannot be connected.")
      }
      for index in pending.indices where needed.contains(pending[index].name) {
        let item = pending[index]
        let config = item.entry["config"] ?? .null
        if item.calls.isEmpty {
          guard results[item.name] == nil else { continue }
          guard item.className == "InputLayer" else {
            throw GraftError(.corrupt, "Layer \"\(item.name)\" has no input, and is no InputLayer.")
          }
          results[item.name] = [try makeInput(config)]
          madeProgress = true
        }
        while pending[index].next < item.calls.count, let inputs = tensors(item.calls[pending[index].next]) {
          if KerasFunction.isFunction(item.entry) {
            let function = try KerasFunction(item.entry, call: pending[index].next)
            results[item.name, default: []].append(try apply(function, to: inputs))
          } else {
            let layer = try makeLayer(item.className, config, calledOn: inputs, results: read[item.name] ?? [0])
            results[item.name, default: []].append(layer(inputs))
          }
          pending[index].next += 1
          madeProgress = true
        }
      }
    }
    if let stuck = pending.first(where: { needed.contains($0.name) && $0.next < $0.calls.count }) {
      let missing = stuck.calls[stuck.next].map(\.layer).filter { results[$0] == nil }
      throw GraftError(
        .corrupt,
        "Layer \"\(stuck.name)\" is called on \(missing.map { "\"\($0)\"" }.joined(separator: ", ")), which has no result."
      )
    }
    return results
  }
}
