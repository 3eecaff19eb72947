internal import GraftCore
package import GraftImages
package import GraftStore

/// Training pictures in several augmented views: sample i in view v is number i · views + v.
package struct AugmentedSource: PictureSource {
  private let pictures: ImageSource
  private let augmentation: Augmentation
  private let seed: UInt64
  private let views: Int

  package init(_ pictures: ImageSource, augmentation: Augmentation, seed: UInt64, views: Int) {
    self.pictures = pictures
    self.augmentation = augmentation
    self.seed = seed
    self.views = views
  }

  package var count: Int { pictures.count * views }

  package func makeLoader() -> any SampleLoader {
    Loader(source: self, loader: pictures.makeImageLoader(), changed: nil)
  }

  package func makeLoader(changed: @escaping @Sendable (_ index: Int) -> Void) -> any SampleLoader {
    let loader = pictures.makeImageLoader()
    loader.notesDigests = true
    return Loader(source: self, loader: loader, changed: changed)
  }

  package var settings: String { pictures.settings }

  /// Random numbers follow from seed, view and the sample's place among the samples; a mixed picture's from the partner's
  /// contents, too. All of it is in the key, so that only a view that would come out the same is found.
  package func key(_ index: Int) -> FeatureKey? {
    guard let digests = pictures.digests, let text = try? JSONValue(encoding: augmentation).serialized() else {
      return nil
    }
    let (sample, view) = index.quotientAndRemainder(dividingBy: views)
    let mixing = augmentation.mixing(for: key(sample, view), sampleCount: pictures.count)
    let partner = mixing.map { "\($0.partner) of \(pictures.count) \(digests[$0.partner])" } ?? "alone"
    let variant = [text, "\(seed)", "\(sample)", partner].joined(separator: "\n")
    return FeatureKey(digests[sample], view: view, variant: SHA256Digest(of: Array(variant.utf8)))
  }

  /// The files that a view is made of.
  private func digests(_ index: Int) -> [SHA256Digest]? {
    guard let digests = pictures.digests else { return nil }
    let (sample, view) = index.quotientAndRemainder(dividingBy: views)
    let mixing = augmentation.mixing(for: key(sample, view), sampleCount: pictures.count)
    return [digests[sample]] + (mixing.map { [digests[$0.partner]] } ?? [])
  }

  /// The targets of all views: a mixed picture's are mixed, too.
  ///
  /// - Throws: `GraftError.invalidArgument` if targets are class indices, and pictures are mixed.
  func targets(_ targets: Tensor) throws -> Tensor {
    let length = targets.shape.droppingFirst.count
    guard !augmentation.isMixing || targets.shape.rank > 1 else {
      throw GraftError(
        .invalidArgument,
        "Mixed pictures have mixed classes, which class indices cannot say. Compile with categoricalCrossentropy.")
    }
    return targets.withUnsafeBufferPointer { rows in
      Tensor(shape: targets.shape.droppingFirst.prepending(count)) { elements in
        for sample in 0..<pictures.count {
          for view in 0..<views {
            let mixing = augmentation.mixing(for: key(sample, view), sampleCount: pictures.count)
            for index in 0..<length {
              let own = rows[sample * length + index]
              let value =
                mixing.map { own * $0.share + rows[$0.partner * length + index] * (1 - $0.share) } ?? own
              elements.initializeElement(at: (sample * views + view) * length + index, to: value)
            }
          }
        }
      }
    }
  }

  private func key(_ sample: Int, _ view: Int) -> AugmentationKey {
    AugmentationKey(seed: seed, view: view, sample: sample)
  }

  private struct Loader: SampleLoader {
    let source: AugmentedSource
    let loader: ImageLoader
    let changed: (@Sendable (Int) -> Void)?

    func load(_ index: Int, into output: UnsafeMutableBufferPointer<Float>) -> BadFile? {
      let (sample, view) = index.quotientAndRemainder(dividingBy: source.views)
      let key = source.key(sample, view)
      let paths = source.pictures.paths
      let partner = source.augmentation.mixing(for: key, sampleCount: paths.count)
        .map { (mixing: $0, path: paths[$0.partner]) }
      let fault = loader.tryLoad(
        paths[sample], augmentation: source.augmentation, key: key, partner: partner, into: output)
      if let changed, loader.digests != source.digests(index) { changed(index) }
      return fault
    }
  }
}
