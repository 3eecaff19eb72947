internal import GraftCore
internal import GraftGraph
internal import Synchronization

/// Finds the scales of the values that the frozen region of a network is to keep as whole numbers.
///
/// The region is run with floats on some pictures, and the magnitudes in every channel of every value are counted. From these
/// `ScaleSearch` chooses scales, and the means make up for what rounding weights takes from results (`ChannelScaling.bias`).
/// On the 221 stamps, mean cosine of features: 0.973 with one scale per value by the least squared error, 0.976 with scales per
/// channel, 0.993 with both scales per channel and means. (Which numbers are looked at makes as much difference as how many: from
/// 0.982 to 0.994.) Then both forms of the region are run on a few of the pictures, and every quantised layer's result is held
/// against the float one.
struct Calibration: Sendable {
  /// The region's nodes by name.
  private let region: [String]
  /// The region as floats, optimised.
  private let front: Graph

  /// How many pictures are looked at.
  static let pictureCount = 256
  /// On how many of them errors are measured.
  private static let comparedCount = 8
  /// About how many numbers of each channel are at least counted in all, where there are as many.
  private static let countedCount = 4096
  /// About how many numbers of each value are looked at per picture.
  private static let sampledCount = 16384

  /// - Throws: `GraftError.invalidArgument` if nothing frozen can be quantised.
  init(_ graph: Graph) throws {
    let regions = Regions(graph)
    let names = graph.nodeNames
    region = graph.ids.filter(regions.frozenNodes.contains).map { names[$0.index] }
    front = regions.frozen.frozen().optimizedForInference()
    guard !front.quantizableNodes.isEmpty else {
      throw GraftError(
        .invalidArgument,
        """
        There is nothing to quantise: only frozen convolutions (isTrainable = false, with nothing trainable before them) are \
        computed with whole numbers.
        """)
    }
  }

  /// Runs the region on samples.
  ///
  /// - Parameter progress: Called from workers' threads with samples done and samples in all.
  func run(
    _ source: any SampleSource, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
  ) async throws -> Quantization {
    let selected = PendingSource(Self.pictureCount, of: source)
    guard selected.count > 0 else { throw GraftError(.invalidData, "Calibration needs pictures. Received: none.") }
    let (values, used) = try await observe(selected, progress)
    var result = Quantization(pictures: used, values: values, region: region)
    try await compare(PendingSource(Self.comparedCount, of: selected), &result)
    return result
  }

  private func observe(
    _ source: PendingSource, _ progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
  ) async throws -> (values: [Quantization.Value], used: Int) {
    let quantizable = front.quantizableNodes
    let wanted = Set(quantizable.flatMap { front[$0].inputs }).sorted()
    var observed = front
    observed.outputs = wanted
    let channels = wanted.map { front[$0].shape[-1] }
    let steps = wanted.map { Self.step(front[$0].shape) }
    let few = Self.countedCount / source.count + 1
    // What sums add to the value before them.
    let sums = wanted.indices.compactMap { index in
      front[wanted[index]].inputs.dropFirst().last.flatMap(wanted.firstIndex).map { (value: index, residual: $0) }
    }.filter { quantizable.contains(wanted[$0.value]) }
    // A worker takes a set of histograms and maxima, or makes one, and gives it back.
    let pool = Mutex<[(histograms: [ChannelHistograms], addends: [ChannelMaxima])]>([])
    let bad = try await BatchRunner(observed).run(source, progress: { progress?($0.done, $0.total) }) {
      sample, outputs in
      var set =
        pool.withLock { $0.popLast() }
        ?? (
          histograms: channels.map { ChannelHistograms(channels: $0) },
          addends: sums.map { ChannelMaxima(channels: channels[$0.value]) }
        )
      for index in outputs.indices {
        set.histograms[index].add(outputs[index], from: sample % steps[index], step: steps[index], few: few)
      }
      for (index, sum) in sums.enumerated() {
        set.addends[index].add(outputs[sum.value], minus: outputs[sum.residual])
      }
      pool.withLock { [set] in $0.append(set) }
    }
    let used = source.count - bad.count
    if used == 0 { throw GraftError(.invalidData, "Not one picture can be read. The first: \(bad[0].file).") }
    var sets = pool.withLock { $0 }
    var all = sets.removeLast()
    for set in sets {
      for index in all.histograms.indices { all.histograms[index].add(set.histograms[index]) }
      for index in all.addends.indices { all.addends[index].add(set.addends[index]) }
    }
    for index in all.histograms.indices { all.histograms[index].count() }
    let search = ScaleSearch(
      front, Dictionary(uniqueKeysWithValues: zip(wanted, all.histograms)),
      addends: Dictionary(uniqueKeysWithValues: zip(sums.map { wanted[$0.value] }, all.addends)))
    return (try await search.run(), used)
  }

  /// The distance between the pixels that are looked at.
  private static func step(_ shape: Shape) -> Int {
    let pixels = shape.count / shape[-1]
    return max(1, pixels * shape[-1] / sampledCount)
  }

  // MARK: Errors

  private func compare(_ source: PendingSource, _ quantization: inout Quantization) async throws {
    let (quantized, results) = front.quantizing(quantization.values)
    let channels = Dictionary(quantization.values.map { ($0.name, $0.channels) }) { first, _ in first }
    let names = front.valueNames
    var (both, places) = front.beside(quantized)
    func floats(_ id: NodeID) -> NodeID {
      let place = places[results[id.index].index]
      guard both[place].format.isQuantized else { return place }
      let node = both[place]
      return both.add(
        Node(name: node.name, operation: .convert(node.format, to: .float32), inputs: [place], shape: node.shape))
    }
    let layers = front.ids.filter { id in
      if case .quantized = quantized[results[id.index]].operation { true } else { false }
    }
    // Layers first, then the region's results, each as floats and quantised.
    let scales =
      layers.map { id in
        quantized[results[id.index]].format.isQuantized ? channels[names[id.index]] ?? [] : []
      } + front.outputs.map { _ in [Float]() }
    both.outputs = (layers + front.outputs).flatMap { [$0, floats($0)] }
    let sums = Mutex<[Int: [Distance]]>([:])
    let bad = try await BatchRunner(both, microBatch: 1).run(source) { sample, outputs in
      let distances = scales.indices.map { Distance(outputs[2 * $0], outputs[2 * $0 + 1], times: scales[$0]) }
      sums.withLock { $0[sample] = distances }
    }
    // In the order of the samples, so that sums are the same in every run.
    let distances = sums.withLock { sums in sums.keys.sorted().compactMap { sums[$0] } }
    guard let first = distances.first else {
      throw GraftError(.invalidData, "Not one picture can be read. The first: \(bad[0].file).")
    }
    let totals = first.indices.map { index in distances.reduce(Distance()) { $0 + $1[index] } }
    quantization.layers = layers.enumerated().map { index, id in
      let format = quantized[results[id.index]].format
      return Quantization.LayerError(
        name: front[id].name, operation: front[id].operation.summary, relativeError: totals[index].relativeError,
        scale: format.isQuantized ? format.scale : nil, largest: totals[index].largest)
    }
    let cosines = distances.map { $0[layers.count...].reduce(Distance(), +).cosine }
    guard cosines.allSatisfy(\.isFinite) else {
      throw GraftError(.nonFinite, "The network's features are not finite numbers: they cannot be quantised.")
    }
    quantization.comparedPictures = cosines.count
    quantization.similarity = cosines.reduce(0, +) / Double(cosines.count)
    quantization.leastSimilarity = cosines.min() ?? .nan
  }
}
