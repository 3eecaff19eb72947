internal import Graft

/// The pictures of a training run: for training, for watching, for the end.
struct TrainingPhotos {
  let train: PictureSet
  let validation: PictureSet
  let test: PictureSet?
  /// Whether each picture has one class, or any number of labels.
  let task: ClassificationTask
  /// Files that could not even be read from disk.
  let badFiles: [BadFile]
  let warnings: [String]

  var classNames: [String] { train.names }

  /// - Parameters:
  ///   - folder: Class folders, or a folder that is split into them; with tags, where paths begin.
  init(_ folder: String, _ options: PictureOptions) throws {
    var scan = Scan(tags: options.tags, folder: folder)
    let split = try options.tags == nil ? ImageFolder.detectSplits(folder) : nil
    let photos = try scan.read(options.tags ?? split?.train ?? folder, names: nil)
    task = options.tags == nil ? .singleLabel : .multiLabel
    let watched = options.validation ?? (options.validationSplit == nil ? split?.validation : nil)
    if let watched {
      train = photos
      validation = try scan.read(watched, names: photos.names)
    } else {
      (train, validation) = try photos.split(validation: options.validationSplit ?? 0.2, seed: options.seed)
    }
    test = try (options.test ?? split?.test).map { try scan.read($0, names: photos.names) }
    guard validation.count > 0 else {
      throw GraftError(
        .invalidData, "There are too few different pictures to set any aside for validation. Add more to each class.")
    }
    try BadFileCheck.check(scan.badFiles, maximum: options.maxBad)
    badFiles = scan.badFiles

    let seen = Set(train.files.map(\.digest))
    for (name, set) in [("validation", validation), ("test", test)] {
      let known = (set?.files ?? []).filter { seen.contains($0.digest) }
      guard let first = known.first else { continue }
      scan.warnings.append(
        "\(known.count) \(name) pictures are training pictures, too, such as \(first.path): the result will flatter.")
    }
    warnings = scan.warnings
  }

  /// Reads sets, and collects what is wrong with them.
  private struct Scan {
    let tags: String?
    let folder: String
    var badFiles: [BadFile] = []
    var warnings: [String] = []

    /// Reads a folder of classes, or a table of labels.
    ///
    /// - Parameter names: The classes or labels that it must have; nil for its own.
    mutating func read(_ path: String, names: [String]?) throws -> PictureSet {
      guard tags == nil else {
        let table = try TagTable(path, folder: folder, labelNames: names)
        badFiles += table.badFiles
        return .labels(table.images)
      }
      let photos = try names.map { try ImageFolder(path, classNames: $0) } ?? ImageFolder(path)
      badFiles += photos.badFiles
      if let first = photos.strayFiles.first {
        warnings.append(
          "\(photos.strayFiles.count) files in '\(path)' belong to no class and are not used, such as \(first).")
      }
      return .classes(photos.images)
    }
  }

  /// Classes with their numbers of pictures.
  var table: String {
    var table = Table(
      [task == .singleLabel ? "class" : "label", "train", "validation"] + (test == nil ? [] : ["test"]))
    let parts = [train, validation] + [test].compactMap { $0 }
    for (index, name) in classNames.enumerated() { table.add([name] + parts.map { "\($0.counts[index])" }) }
    table.add(["all"] + parts.map { "\($0.count)" })
    return table.text
  }
}
