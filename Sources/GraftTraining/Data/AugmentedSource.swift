internal import GraftCore
package import GraftImages

/// Training pictures in several augmented views: sample i in view v is number i · views + v.
package struct AugmentedSource: SampleSource {
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
    Loader(source: self, loader: pictures.makeImageLoader())
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

    func load(_ index: Int, into output: UnsafeMutableBufferPointer<Float>) -> BadFile? {
      let (sample, view) = index.quotientAndRemainder(dividingBy: source.views)
      let key = source.key(sample, view)
      let paths = source.pictures.paths
      let partner = source.augmentation.mixing(for: key, sampleCount: paths.count)
        .map { (mixing: $0, path: paths[$0.partner]) }
      return loader.tryLoad(
        paths[sample], augmentation: source.augmentation, key: key, partner: partner, into: output)
    }
  }
}
