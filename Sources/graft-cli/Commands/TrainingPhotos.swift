internal import Graft

/// The pictures of a training run: for training, for watching, for the end.
struct TrainingPhotos {
  let train: ImageSet
  let validation: ImageSet
  let test: ImageSet?
  /// Files that could not even be read from disk.
  let badFiles: [BadFile]
  let warnings: [String]

  var classNames: [String] { train.classNames }

  init(_ options: TrainCommand) throws {
    let split = try ImageFolder.detectSplits(options.folder)
    let photos = try ImageFolder(split?.train ?? options.folder)
    var warnings = Self.strays(photos)
    var bad = photos.badFiles

    func folder(_ path: String) throws -> ImageSet {
      let folder = try ImageFolder(path, classNames: photos.images.classNames)
      warnings += Self.strays(folder)
      bad += folder.badFiles
      return folder.images
    }
    let validationFolder = options.validation ?? (options.validationSplit == nil ? split?.validation : nil)
    if let validationFolder {
      train = photos.images
      validation = try folder(validationFolder)
    } else {
      (train, validation) = try photos.images.split(
        validation: options.validationSplit ?? 0.2, seed: options.seed)
    }
    test = try (options.test ?? split?.test).map(folder)
    guard validation.count > 0 else {
      throw GraftError(
        .invalidData, "There are too few different pictures to set any aside for validation. Add more to each class.")
    }
    try BadFileCheck.check(bad, maximum: options.maxBad)
    badFiles = bad

    let seen = Set(train.files.map(\.digest))
    for (name, set) in [("validation", validation), ("test", test)] {
      let known = (set?.files ?? []).filter { seen.contains($0.digest) }
      guard let first = known.first else { continue }
      warnings.append(
        "\(known.count) \(name) pictures are training pictures, too, such as \(first.path): the result will flatter.")
    }
    self.warnings = warnings
  }

  private static func strays(_ folder: ImageFolder) -> [String] {
    guard let first = folder.strayFiles.first else { return [] }
    return [
      "\(folder.strayFiles.count) files in '\(folder.path)' belong to no class and are not used, such as \(first)."
    ]
  }

  /// Classes with their numbers of pictures.
  var table: String {
    var table = Table(["class", "train", "validation"] + (test == nil ? [] : ["test"]))
    let parts = [train, validation] + [test].compactMap { $0 }
    for (index, name) in classNames.enumerated() { table.add([name] + parts.map { "\($0.classCounts[index])" }) }
    table.add(["all"] + parts.map { "\($0.count)" })
    return table.text
  }
}
