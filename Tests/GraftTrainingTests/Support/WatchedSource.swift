import GraftImages
import Synchronization

@testable import GraftTraining

/// A source that counts how often each sample is loaded and tells a test about every load.
final class WatchedSource: SampleSource {
  private let source: any SampleSource
  private let counts: Mutex<[Int]>
  private let onLoad: @Sendable (_ index: Int, _ loads: Int) -> Void

  init(_ source: any SampleSource, onLoad: @escaping @Sendable (_ index: Int, _ loads: Int) -> Void = { _, _ in }) {
    self.source = source
    self.onLoad = onLoad
    counts = Mutex([Int](repeating: 0, count: source.count))
  }

  var count: Int { source.count }
  /// How often each sample has been loaded.
  var loads: [Int] { counts.withLock { $0 } }

  func makeLoader() -> any SampleLoader { Loader(watched: self, loader: source.makeLoader()) }

  private struct Loader: SampleLoader {
    let watched: WatchedSource
    let loader: any SampleLoader

    func load(_ index: Int, into output: UnsafeMutableBufferPointer<Float>) -> BadFile? {
      let total = watched.counts.withLock { counts in
        counts[index] += 1
        return counts.reduce(0, +)
      }
      watched.onLoad(index, total)
      return loader.load(index, into: output)
    }
  }
}

extension LabelledSamples {
  /// The same samples from another source.
  func replacing(_ source: any SampleSource) -> LabelledSamples {
    LabelledSamples(source: source, targets: targets, classNames: classNames, classIndices: classIndices)
  }
}

extension TrainingOptions {
  /// Options for a test: everything that is not said is plain.
  init(epochs: Int, batchSize: Int = 8, shuffles: Bool = false) {
    self.init(epochs: epochs, batchSize: batchSize, shuffles: shuffles, seed: 0, maximumBadFiles: 0)
  }
}
