internal import Synchronization

/// Samples whose files were changed after their digests were taken: their features belong to other pictures.
final class ChangedPictures: Sendable {
  private struct Place: Hashable {
    let part: Int
    let sample: Int
  }

  private let places = Mutex<Set<Place>>([])

  func insert(_ sample: Int, of part: Int) {
    places.withLock { _ = $0.insert(Place(part: part, sample: sample)) }
  }

  func contains(_ sample: Int, of part: Int) -> Bool {
    places.withLock { $0.contains(Place(part: part, sample: sample)) }
  }
}
