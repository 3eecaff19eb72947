internal import GraftCore
internal import GraftGraph
internal import Synchronization

/// Finds the scales of the values that the frozen region of a network is to keep as whole numbers.
///
/// The region is run with floats on some pictures, and the magnitudes of every value are counted. A value's scale is the one
/// with the least mean squared error (`MagnitudeHistogram.limit`). Then both forms of the region are run on a few of the
/// pictures, and every quantised layer's result is held against the float one.
struct Calibration: Sendable {
  /// The region's nodes by name.
  private let region: [String]
  /// The region as floats, optimised.
  private let front: Graph

  /// How many pictures are looked at. More change nothing that counts.
  static let pictureCount = 128
  /// On how many of them errors are measured.
  private static let comparedCount = 16
  /// About how many numbers of each value are counted per picture.
  private static let sampledCount = 8192

  /// - Throws: `GraftError.invalidArgument` if nothing frozen can be quantised.
  init(_ graph: Graph) throws {
    let regions = Regions(graph)
    let names = graph.nodeNames
    region = graph.ids.filter(regions.frozenNodes.contains).map { names[$0.index] }
    front = regions.frozen.frozen().optimizedForInference()
    guard !front.valuesToQuantize.isEmpty else {
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
    let selected = SelectedSource(source, count: Self.pictureCount)
    guard selected.count > 0 else { throw GraftError(.invalidData, "Calibration needs pictures. Received: none.") }
    let (values, used) = try await observe(selected, progress)
    var result = Quantization(pictures: used, values: values, region: region)
    try await compare(SelectedSource(selected, count: Self.comparedCount), &result)
    return result
  }

  private func observe(
    _ source: SelectedSource, _ progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
  ) async throws -> (values: [Quantization.Value], used: Int) {
    let wanted = front.valuesToQuantize
    var observed = front
    observed.outputs = wanted
    let lengths = wanted.map { front[$0].shape.count }
    let steps = wanted.map { Self.step(front[$0].shape) }
    // A worker takes a set of histograms, or makes one, and gives it back.
    let pool = Mutex<[[MagnitudeHistogram]]>([])
    let bad = try await BatchRunner(observed).run(source, progress: { progress?($0.done, $0.total) }) {
      sample, outputs in
      var histograms =
        pool.withLock { $0.popLast() } ?? [MagnitudeHistogram](repeating: MagnitudeHistogram(), count: lengths.count)
      for index in outputs.indices {
        histograms[index].add(outputs[index], from: sample % steps[index], step: steps[index])
      }
      pool.withLock { [histograms] in $0.append(histograms) }
    }
    let used = source.count - bad.count
    if used == 0 { throw GraftError(.invalidData, "Not one picture can be read. The first: \(bad[0].file).") }
    let sets = pool.withLock { $0 }
    let names = front.valueNames
    let values = wanted.enumerated().map { index, id in
      var histogram = sets[0][index]
      for other in sets.dropFirst() { histogram.add(other[index]) }
      let isSigned = !front.isNonNegative(id)
      let levels: Float = isSigned ? 127 : 255
      let (limit, largest) = histogram.limit(levels: Double(levels))
      return Quantization.Value(
        name: names[id.index], scale: limit > 0 ? limit / levels : 1, isSigned: isSigned, largest: largest)
    }
    return (values, used)
  }

  /// The distance between the numbers that are counted: odd and no divisor of the channels, so that all channels are seen.
  private static func step(_ shape: Shape) -> Int {
    var step = max(1, shape.count / sampledCount) | 1
    while greatestCommonDivisor(step, shape[-1]) > 1 { step += 2 }
    return step
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }

  // MARK: Errors

  private func compare(_ source: SelectedSource, _ quantization: inout Quantization) async throws {
    let formats = Dictionary(
      quantization.values.map { ($0.name, $0.isSigned ? .int8(scale: $0.scale) : .uint8(scale: $0.scale)) }
    ) { (first: NumberFormat, _) in first }
    let (quantized, results) = front.quantizing(formats: formats)
    var (both, places) = front.beside(quantized)
    func floats(_ id: NodeID) -> NodeID {
      let place = places[results[id.index].index]
      guard both[place].format.isQuantized else { return place }
      return both.add(
        Node(
          name: both[place].name, operation: .convert(both[place].format, to: .float32), inputs: [place],
          shape: both[place].shape))
    }
    let layers = front.ids.filter { id in
      if case .quantized = quantized[results[id.index]].operation { true } else { false }
    }
    // Layers first, then the region's results, each as floats and quantised.
    both.outputs = (layers + front.outputs).flatMap { [$0, floats($0)] }
    let sums = Mutex<[Int: [Distance]]>([:])
    let bad = try await BatchRunner(both).run(source) { sample, outputs in
      let distances = stride(from: 0, to: outputs.count, by: 2).map { Distance(outputs[$0], outputs[$0 + 1]) }
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
    quantization.comparedPictures = cosines.count
    quantization.similarity = cosines.reduce(0, +) / Double(cosines.count)
    quantization.leastSimilarity = cosines.min() ?? .nan
  }
}
