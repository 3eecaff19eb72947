internal import GraftImages

/// Some samples of several sources, in one order: what one pass has to go through.
struct PendingSource: SampleSource {
  /// A sample of one of the sources.
  struct Place: Sendable {
    let part: Int
    let sample: Int
  }

  let parts: [any SampleSource]
  let places: [Place]
  /// Where it is to be noted which pictures are not what they were; nil where nobody asks.
  let changes: ChangedPictures?

  init(parts: [any SampleSource], places: [Place], changes: ChangedPictures? = nil) {
    self.parts = parts
    self.places = places
    self.changes = changes
  }

  /// At most `count` samples of one source, spread evenly over all of them: of every class its share, as sets are ordered by
  /// class.
  init(_ count: Int, of source: any SampleSource) {
    let count = min(count, source.count)
    self.init(
      parts: [source], places: (0..<count).map { Place(part: 0, sample: $0 * source.count / count) })
  }

  var count: Int { places.count }

  func makeLoader() -> any SampleLoader {
    Loader(
      loaders: parts.enumerated().map { part, source in
        guard let changes, let pictures = source as? any PictureSource else { return source.makeLoader() }
        return pictures.makeLoader { changes.insert($0, of: part) }
      }, places: places)
  }

  private struct Loader: SampleLoader {
    let loaders: [any SampleLoader]
    let places: [Place]

    func load(_ index: Int, into output: UnsafeMutableBufferPointer<Float>) -> BadFile? {
      let place = places[index]
      return loaders[place.part].load(place.sample, into: output)
    }
  }
}
