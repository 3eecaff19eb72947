internal import Graft

/// Pictures with one class each, or with any number of labels.
enum PictureSet {
  case classes(ImageSet)
  case labels(MultiLabelImageSet)

  var names: [String] {
    switch self {
    case .classes(let set): set.classNames
    case .labels(let set): set.labelNames
    }
  }

  var count: Int {
    switch self {
    case .classes(let set): set.count
    case .labels(let set): set.count
    }
  }

  /// How many pictures have each class or label.
  var counts: [Int] {
    switch self {
    case .classes(let set): set.classCounts
    case .labels(let set): set.labelCounts
    }
  }

  var digest: String {
    switch self {
    case .classes(let set): set.digest.description
    case .labels(let set): set.digest.description
    }
  }

  /// Every picture's path and the digest of its contents.
  var files: [(path: String, digest: SHA256Digest)] {
    switch self {
    case .classes(let set): set.files.map { ($0.path, $0.digest) }
    case .labels(let set): set.files.map { ($0.path, $0.digest) }
    }
  }

  var classes: ImageSet? { if case .classes(let set) = self { set } else { nil } }
  var labels: MultiLabelImageSet? { if case .labels(let set) = self { set } else { nil } }

  /// Parts the set.
  func split(validation: Double, seed: UInt64) throws -> (PictureSet, PictureSet) {
    switch self {
    case .classes(let set):
      let parts = try set.split(validation: validation, seed: seed)
      return (.classes(parts.train), .classes(parts.validation))
    case .labels(let set):
      let parts = try set.split(validation: validation, seed: seed)
      return (.labels(parts.train), .labels(parts.validation))
    }
  }
}

extension Model {
  /// Judges the model on pictures of either kind.
  func evaluate(
    _ set: PictureSet, fit: ImageFit, maximumBadFiles: Int, store: FeatureStore?,
    progress: (@Sendable (Int, Int) -> Void)? = nil
  ) async throws -> Evaluation {
    switch set {
    case .classes(let images):
      try await evaluate(images, fit: fit, maximumBadFiles: maximumBadFiles, store: store, progress: progress)
    case .labels(let images):
      try await evaluate(images, fit: fit, maximumBadFiles: maximumBadFiles, store: store, progress: progress)
    }
  }
}
