internal import GraftImages

/// Some of another source's samples.
struct SelectedSource: SampleSource {
  let source: any SampleSource
  let indices: [Int]

  /// At most `count` samples, spread evenly over all of them: of every class its share, as sets are ordered by class.
  init(_ source: any SampleSource, count: Int) {
    self.source = source
    let count = min(count, source.count)
    indices = (0..<count).map { $0 * source.count / count }
  }

  var count: Int { indices.count }

  func makeLoader() -> any SampleLoader { Loader(indices: indices, loader: source.makeLoader()) }

  private struct Loader: SampleLoader {
    let indices: [Int]
    let loader: any SampleLoader

    func load(_ index: Int, into output: UnsafeMutableBufferPointer<Float>) -> BadFile? {
      loader.load(indices[index], into: output)
    }
  }
}
