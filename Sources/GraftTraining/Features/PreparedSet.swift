internal import GraftCore
internal import GraftImages

/// One part of the data, ready for training: samples in one or several views, with targets and weights.
///
/// A view is one random variant of a sample, such as an augmented picture; without augmentation there is one.
struct PreparedSet: Sendable {
  /// Where the values come from that enter the trainable region.
  enum Storage: Sendable {
    /// From memory: the frozen region's results, one tensor per border value.
    case table([Tensor])
    /// From a source that makes them anew whenever they are needed: pictures that nothing frozen stands before.
    case live(any SampleSource)
  }

  let storage: Storage
  /// One row per sample and view.
  let targets: Tensor
  /// What each sample's loss counts.
  let weights: [Float]
  /// The number of views of every sample.
  let views: Int
  /// Files of this part that could not be read.
  let badFiles: [BadFile]
  /// The length of one row of the targets.
  let targetLength: Int

  init(
    _ storage: Storage, targets: Tensor, weights: [Float]? = nil, views: Int = 1, badFiles: [BadFile] = []
  ) {
    self.storage = storage
    self.targets = targets
    self.views = views
    self.badFiles = badFiles
    self.weights = weights ?? [Float](repeating: 1, count: targets.shape[0] / views)
    targetLength = targets.shape.droppingFirst.count
  }

  /// The number of samples.
  var count: Int { targets.shape[0] / views }

  /// Whether samples are made anew whenever they are needed.
  var isLive: Bool { if case .live = storage { true } else { false } }

  /// Makes a reader for one worker.
  func makeReader() -> PreparedReader { PreparedReader(self) }
}
