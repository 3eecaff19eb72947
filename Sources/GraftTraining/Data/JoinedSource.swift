internal import GraftCore
internal import GraftImages

/// Several sources one after another, so that one pass goes through all of them.
struct JoinedSource: SampleSource {
  let parts: [any SampleSource]

  var count: Int { parts.reduce(0) { $0 + $1.count } }

  func makeLoader() -> any SampleLoader {
    Loader(loaders: parts.map { $0.makeLoader() }, counts: parts.map(\.count))
  }

  private struct Loader: SampleLoader {
    let loaders: [any SampleLoader]
    let counts: [Int]

    func load(_ index: Int, into output: UnsafeMutableBufferPointer<Float>) -> BadFile? {
      var index = index
      for (loader, count) in zip(loaders, counts) {
        if index < count { return loader.load(index, into: output) }
        index -= count
      }
      return nil
    }
  }
}
