internal import GraftCore
internal import GraftGraph
internal import Synchronization

/// Finds the scales of all values of a float graph that quantised layers read.
struct ScaleSearch: Sendable {
  private let graph: Graph
  /// The values, in order, with their magnitudes.
  private let values: [NodeID]
  private let histograms: [NodeID: ChannelHistograms]
  /// What sums add to the value before them.
  private let addends: [NodeID: ChannelMaxima]
  private let quantized: Set<NodeID>
  private let passedOn: Set<NodeID>

  init(_ graph: Graph, _ histograms: [NodeID: ChannelHistograms], addends: [NodeID: ChannelMaxima] = [:]) {
    self.graph = graph
    self.histograms = histograms
    self.addends = addends
    values = histograms.keys.sorted()
    quantized = graph.quantizableNodes
    passedOn = graph.valuesPassedOn(among: quantized)
  }

  /// The scales, on all cores: groups of values do not depend on each other.
  func run() async throws -> [Quantization.Value] {
    let names = graph.valueNames
    let groups = groups
    let box = Shared()
    try await Workers.run(max(1, min(Workers.count, groups.count))) { _, shouldStop in
      while !shouldStop() {
        let index = box.next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < groups.count else { return }
        let values = choose(groups[index], names)
        box.found.withLock { $0.merge(values) { first, _ in first } }
      }
    }
    try Task.checkCancellation()
    return box.found.withLock { found in values.compactMap { found[$0] } }
  }

  /// What the workers share.
  private final class Shared: Sendable {
    let next = Atomic(0)
    let found = Mutex<[NodeID: Quantization.Value]>([:])
  }

  private func choose(_ members: [NodeID], _ names: [String]) -> [NodeID: Quantization.Value] {
    var found: [NodeID: Quantization.Value] = [:]
    let group = group(members)
    let isFree = members.allSatisfy(canScaleChannels)
    let (scales, limits) = group.best(isFree: isFree)
    for (member, limit) in zip(group.members, limits) {
      let levels = member.isSigned ? 127.0 : 255
      found[member.value] = Quantization.Value(
        name: names[member.value.index], scale: limit > 0 ? Float(limit / levels) : 1,
        channels: isFree ? scales.map { Float($0) } : [], means: means(member.value), isSigned: member.isSigned,
        largest: Float(member.errors.map(\.largest).max() ?? 0),
        addend: addends[member.value].map { addend in
          isFree
            ? zip(addend.values, scales).map { $0 / Float($1) }.max() ?? 0 : addend.values.max() ?? 0
        })
    }
    return found
  }

  private func means(_ id: NodeID) -> [Float] {
    guard let histograms = histograms[id] else { return [] }
    return (0..<histograms.channels).map { Float(histograms.mean($0)) }
  }

  /// Values that are added to each other, together; every other one alone.
  private var groups: [[NodeID]] {
    var leaders = Dictionary(uniqueKeysWithValues: values.map { ($0, $0) })
    for id in values where quantized.contains(id) && graph[id].inputs.count > 1 {
      let (own, other) = (leaders[id], leaders[graph[id].inputs[1]])
      for (value, leader) in leaders where leader == own { leaders[value] = other }
    }
    return Dictionary(grouping: values) { leaders[$0] }.values.map { $0.sorted() }.sorted { $0[0] < $1[0] }
  }

  /// Whether the channels of a value can be scaled: its kernel can take that in, nothing reads it as floats, and what is done
  /// between the two is the same for a multiple.
  private func canScaleChannels(_ id: NodeID) -> Bool {
    guard passedOn.contains(id) else { return false }
    // What it is added to must be scaled with it.
    let sums = graph.consumers[id.index].filter { graph[$0].inputs.count > 1 && graph[$0].inputs[1] == id }
    guard sums.allSatisfy({ histograms[$0] != nil }) else { return false }
    switch activation(id) {
    case .linear, .relu, .relu6: return true
    default: return false
    }
  }

  private func activation(_ id: NodeID) -> Activation? {
    switch graph[id].operation {
    case .convolution(let convolution): convolution.activation
    case .dense(let dense): dense.activation
    default: nil
    }
  }

  private func group(_ ids: [NodeID]) -> ScaleGroup {
    let members = ids.map { id in
      let histograms = histograms[id] ?? ChannelHistograms(channels: graph[id].shape[-1])
      let isSigned = !graph.isNonNegative(id)
      return ScaleGroup.Member(
        value: id, isSigned: isSigned, bound: activation(id) == .relu6 ? 6 : nil,
        errors: (0..<histograms.channels).map { RoundingError(histograms, $0, levels: isSigned ? 127 : 255) })
    }
    let readers = quantized.sorted().filter { ids.contains(graph[$0].inputs[0]) }.compactMap(reader)
    return ScaleGroup(members: members, readers: readers, channels: graph[ids[0]].shape[-1])
  }

  private func reader(_ id: NodeID) -> ScaleGroup.Reader? {
    let weights = graph[graph[id].parameters[0]].value
    switch graph[id].operation {
    case .convolution(let convolution):
      return ScaleGroup.Reader(
        channels: KernelChannels(.convolution(convolution), weights.shape),
        isDepthwise: convolution.groups > 1 && convolution.groups == graph[graph[id].inputs[0]].shape[-1],
        weights: weights.elements)
    case .dense(let dense):
      return ScaleGroup.Reader(
        channels: KernelChannels(.dense(dense), weights.shape), isDepthwise: false, weights: weights.elements)
    default: return nil
    }
  }
}
