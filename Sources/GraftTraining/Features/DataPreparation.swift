internal import GraftCore
internal import GraftGraph
internal import GraftImages

/// Brings a run's data to the border of the trainable region: each picture is read and decoded, and goes through the frozen
/// region once. Every file that cannot be read is found here, before the first step.
struct DataPreparation: Sendable {
  let frozen: Graph
  let options: TrainingOptions
  /// Training data, then what is validated and tested on, where there is any.
  let parts: [LabelledSamples]
  let progress: @Sendable (BatchRunner.Progress) -> Void

  /// Pictures that nothing frozen stands before are kept in memory up to so many bytes in all; else they are decoded anew in
  /// every epoch, which costs little beside training a whole network.
  private static let pictureMemory = 256 << 20

  /// The prepared parts, and every file that was set aside.
  func run() async throws -> (sets: [PreparedSet], badFiles: [BadFile]) {
    let augments = !options.augmentation.isEmpty
    if isIdentity, !augments, let sets = tables() {
      let count = sets.reduce(0) { $0 + $1.count }
      progress(BatchRunner.Progress(done: count, total: count))
      return (sets, [])
    }
    guard augments || isLive else { return try await runPlain(parts) }
    guard let pictures = parts[0].pictures else {
      guard augments else { return try await runPlain(parts) }
      throw GraftError(.invalidArgument, "Only pictures can be augmented. Received: arrays.")
    }

    // What is augmented, or decoded anew in every epoch, is looked at first: the rest relies on its being readable.
    let (train, badTrain) = try await checked(parts[0], pictures)
    try BadFileCheck.check(badTrain, maximum: options.maximumBadFiles)
    guard let source = train.pictures else { return ([], []) }
    let views = !augments ? 1 : isLive ? max(1, options.epochs) : options.bankSize
    let augmented = AugmentedSource(source, augmentation: options.augmentation, seed: options.seed, views: views)
    let targets = try augmented.targets(train.targets.tensor)

    var others = Array(parts.dropFirst())
    if isLive {
      var sets = [
        PreparedSet(
          .live(augments ? augmented : source), targets: targets, weights: train.weights, views: views,
          badFiles: badTrain)
      ]
      var bad = badTrain
      for part in others {
        guard let pictures = part.pictures else { continue }
        let (good, badPart) = try await checked(part, pictures)
        bad += badPart
        sets.append(
          PreparedSet(.live(good.source), targets: good.targets.tensor, weights: good.weights, badFiles: badPart))
      }
      try BadFileCheck.check(bad, maximum: options.maximumBadFiles)
      return (sets, bad)
    }
    others.insert(
      LabelledSamples(source: augmented, targets: Targets(rows: targets)), at: 0)
    let (sets, badOthers) = try await runPlain(others, alreadyBad: badTrain.count)
    if let gone = sets[0].badFiles.first { throw PreparedReader.unreadable(gone) }
    let bank = PreparedSet(
      sets[0].storage, targets: targets, weights: train.weights, views: views, badFiles: badTrain)
    return ([bank] + sets.dropFirst(), badTrain + badOthers)
  }

  /// Whether nothing frozen stands before the trainable region: the border is the input itself.
  private var isIdentity: Bool { frozen.outputs.count == 1 && frozen[frozen.outputs[0]].operation == .input }

  /// Arrays in memory, as they are; nil if any part is something else.
  private func tables() -> [PreparedSet]? {
    var sets: [PreparedSet] = []
    for part in parts {
      guard let source = part.source as? TensorSource else { return nil }
      sets.append(PreparedSet(.table([source.tensor]), targets: part.targets.tensor, weights: part.weights))
    }
    return sets
  }

  /// Whether the border is the input itself, and too large to be kept.
  private var isLive: Bool {
    guard isIdentity else { return false }
    if !options.augmentation.isEmpty { return true }
    let bytes = frozen.outputs.reduce(0) { $0 + frozen[$1].shape.count } * MemoryLayout<Float>.stride
    return parts.reduce(0) { $0 + $1.source.count } * bytes > Self.pictureMemory
  }

  /// The pass through the frozen region, with the store that the run may use.
  private var extraction: FeatureExtraction {
    var extraction = FeatureExtraction(frozen)
    // Pictures themselves are no features: they are quicker read than found.
    extraction.store = isIdentity ? nil : options.store
    extraction.name = options.networkName
    return extraction
  }

  /// One pass over all samples.
  private func runPlain(
    _ parts: [LabelledSamples], alreadyBad: Int = 0
  ) async throws -> (sets: [PreparedSet], badFiles: [BadFile]) {
    let tables = try await extraction.run(parts.map(\.source), progress: progress)
    let bad = tables.flatMap { $0.badSamples.map(\.file) }
    try BadFileCheck.check(bad, maximum: options.maximumBadFiles - alreadyBad)
    var sets: [PreparedSet] = []
    for (part, table) in zip(parts, tables) {
      try checkClasses(part, table.samples)
      sets.append(
        PreparedSet(
          .table(table.columns), targets: part.targets.tensor.rows(at: table.samples),
          weights: part.weights.map { weights in table.samples.map { weights[$0] } },
          badFiles: table.badSamples.map(\.file)))
    }
    return (sets, bad)
  }

  /// The samples of a part whose files can be decoded, and the other files.
  private func checked(
    _ part: LabelledSamples, _ pictures: ImageSource
  ) async throws -> (good: LabelledSamples, bad: [BadFile]) {
    var looking = extraction
    looking.store = options.store
    let bad = try await looking.check(pictures, progress: progress)
    let missing = Set(bad.map(\.index))
    let good = (0..<pictures.count).filter { !missing.contains($0) }
    try checkClasses(part, good)
    let source = pictures.subset(good)
    return (
      LabelledSamples(
        source: source, targets: Targets(rows: part.targets.tensor.rows(at: good)), classNames: part.classNames,
        classIndices: part.classIndices.map { indices in good.map { indices[$0] } },
        weights: part.weights.map { weights in good.map { weights[$0] } }, pictures: source),
      bad.map(\.file)
    )
  }

  private func checkClasses(_ part: LabelledSamples, _ good: [Int]) throws {
    guard let names = part.classNames, let indices = part.classIndices else { return }
    let wanted = Set(indices)
    let found = Set(good.map { indices[$0] })
    if let lost = wanted.subtracting(found).min() {
      throw GraftError(.invalidData, "Not one picture of the class '\(names[lost])' can be read.")
    }
  }
}
