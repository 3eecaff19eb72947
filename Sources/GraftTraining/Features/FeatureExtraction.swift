internal import GraftCore
internal import GraftGraph
internal import GraftImages
internal import GraftStore
internal import Synchronization

/// One pass of samples through the frozen region. What a store knows is taken from there.
struct FeatureExtraction: Sendable {
  let frozen: Graph
  /// Where features are kept; nil for nowhere.
  var store: FeatureStore?
  /// What the store calls the network.
  var name = ""
  /// What kernels compute in. The scales of a quantised graph are part of its operations.
  var precision: String
  /// Features are kept in memory up to so many bytes in all; more lie in a temporary file that is mapped.
  var memoryLimit = 256 << 20

  /// Border values of more floats than that are not worth a place in the store: 1 MiB a picture.
  private static let longestRow = 1 << 18

  init(_ frozen: Graph) {
    self.frozen = frozen
    precision = RegionFingerprint.precision(of: frozen)
  }

  /// Runs all samples.
  ///
  /// - Parameter progress: Called with growing numbers; what the store knows comes first.
  /// - Returns: A table for each source.
  /// - Throws: `CancellationError` if the task was cancelled; errors of kernels. What was computed until then is kept.
  func run(
    _ parts: [any SampleSource], progress: (@Sendable (BatchRunner.Progress) -> Void)? = nil
  ) async throws -> [FeatureTable] {
    let shapes = frozen.outputs.map { frozen[$0].shape }
    let lengths = shapes.map(\.count)
    let total = parts.reduce(0) { $0 + $1.count }
    let bytes = total * lengths.reduce(0, +) * MemoryLayout<Float>.stride
    let rows = parts.map { FeatureRows(count: $0.count, lengths: lengths, inFile: bytes > memoryLimit) }
    let bad = try await pass(parts, length: lengths.reduce(0, +), progress: progress) {
      sample, part, bytes in
      rows[part].store(bytes, at: sample)
    } sink: { sample, part, outputs in
      rows[part].store(outputs, at: sample)
    }
    return parts.indices.map { part in
      let missing = Set(bad[part].map(\.index))
      let good = (0..<parts[part].count).filter { !missing.contains($0) }
      return FeatureTable(
        columns: rows[part].tensors(shapes, keeping: good), badSamples: bad[part], samples: good)
    }
  }

  /// Looks at all samples of a source: which cannot be read? Pictures that the store knows to be readable are not read again.
  func check(
    _ source: any SampleSource, progress: (@Sendable (BatchRunner.Progress) -> Void)? = nil
  ) async throws -> [(index: Int, file: BadFile)] {
    var identity = Graph()
    identity.outputs = [identity.addInput(name: "picture", shape: frozen[frozen.inputs[0]].shape)]
    var looking = FeatureExtraction(identity)
    looking.store = store
    looking.name = "pictures that can be read"
    return try await looking.pass([source], length: 0, progress: progress, known: { _, _, _ in }, sink: { _, _, _ in })[
      0]
  }

  /// - Parameters:
  ///   - length: The number of floats that the store keeps of a sample: all, or none where being readable is all that counts.
  ///   - known: Called with the samples that the store knows.
  ///   - sink: Called from workers' threads with the others that can be read.
  /// - Returns: The samples of each source that cannot be read.
  private func pass(
    _ parts: [any SampleSource], length: Int, progress: (@Sendable (BatchRunner.Progress) -> Void)?,
    known: @escaping @Sendable (_ sample: Int, _ part: Int, UnsafeRawBufferPointer) -> Void,
    sink: @escaping @Sendable (_ sample: Int, _ part: Int, [UnsafeBufferPointer<Float>]) -> Void
  ) async throws -> [[(index: Int, file: BadFile)]] {
    var bad = parts.map { _ in [(index: Int, file: BadFile)]() }
    let search = Mutex((kept: [Int: Kept](), places: [PendingSource.Place]()))
    try await Workers.run(1) { _, _ in
      let result = self.search(parts, length: length, known: known)
      search.withLock { $0 = result }
    }
    try Task.checkCancellation()
    let (kept, places) = search.withLock { $0 }
    let total = parts.reduce(0) { $0 + $1.count }
    let knownCount = total - places.count
    if knownCount > 0 { progress?(BatchRunner.Progress(done: knownCount, total: total, known: knownCount)) }
    guard !places.isEmpty else { return bad }

    let changes = kept.isEmpty ? nil : ChangedPictures()
    let source = PendingSource(parts: parts, places: places, changes: changes)
    let tuning = try await RunnerTuning.find(
      for: frozen, title: title, pictures: places.count,
      file: length == 0 ? nil : store.map { TuningFile(in: $0.folder) })
    var writers: [FeatureRegion: FeatureWriter] = [:]
    for part in kept.values where writers[part.region] == nil {
      writers[part.region] = store.map { FeatureWriter($0, part.region) }
    }
    let opened = writers
    let (unread, failure) = await outcome {
      try await BatchRunner(frozen, tuning: tuning).run(
        source,
        progress: {
          progress?(BatchRunner.Progress(done: knownCount + $0.done, total: total, known: knownCount))
        },
        sink: { index, outputs in
          let place = places[index]
          sink(place.sample, place.part, outputs)
          guard let part = kept[place.part], let key = part.keys[place.sample],
            changes?.contains(place.sample, of: place.part) == false
          else { return }
          opened[part.region]?.put(key, length == 0 ? [] : outputs)
        })
    }
    // What was computed is kept, whatever happened then.
    for writer in writers.values { await writer.finish() }
    if let failure { throw failure }
    for (index, file) in unread { bad[places[index].part].append((places[index].sample, file)) }
    if length > 0 { store?.countNew(places.count - unread.count) }
    return bad
  }

  /// A source whose features are kept.
  private struct Kept: Sendable {
    let region: FeatureRegion
    let keys: [FeatureKey?]
  }

  /// Takes what the store knows, and gives back what is left to do.
  private func search(
    _ parts: [any SampleSource], length: Int, known: (_ sample: Int, _ part: Int, UnsafeRawBufferPointer) -> Void
  ) -> (kept: [Int: Kept], places: [PendingSource.Place]) {
    var kept: [Int: Kept] = [:]
    var places: [PendingSource.Place] = []
    var fingerprint: RegionFingerprint?
    for (part, source) in parts.enumerated() {
      var isKnown: [Bool]?
      if let store, store.isOn, length <= Self.longestRow, let pictures = source as? any PictureSource {
        let network = fingerprint ?? RegionFingerprint(frozen, precision: precision)
        fingerprint = network
        let region = FeatureRegion(
          fingerprint: SHA256Digest(of: Array("\(network.digest)\n\(pictures.settings)".utf8)), name: title,
          length: length)
        let keys = (0..<source.count).map(pictures.key)
        kept[part] = Kept(region: region, keys: keys)
        isKnown = store.read(keys, of: region) { known($0, part, $1) }
      }
      for sample in 0..<source.count where isKnown?[sample] != true {
        places.append(PendingSource.Place(part: part, sample: sample))
      }
    }
    return (kept, places)
  }

  /// What a pass gave, or why it ended.
  private func outcome(
    _ work: () async throws -> [(index: Int, file: BadFile)]
  ) async -> ([(index: Int, file: BadFile)], (any Error)?) {
    do { return (try await work(), nil) } catch { return ([], error) }
  }

  /// What the store's list shows: the network, and the size of its input.
  private var title: String {
    let size = frozen[frozen.inputs[0]].shape.dimensions.prefix(2).map { "\($0)" }.joined(separator: "×")
    return "\(store?.label ?? name), \(size)"
  }
}
