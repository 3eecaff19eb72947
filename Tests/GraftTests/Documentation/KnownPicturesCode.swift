import Graft

/// The code of the article "Nothing is done twice".
struct KnownPicturesCode {
  /// Compiled and not run: the folder is the user's.
  func again(_ model: Model, _ photos: ImageSet) async throws {
    let store = FeatureStore()
    try await model.fit(photos, epochs: 10, validationSplit: 0.2, store: store)
    let result = try await model.evaluate(photos, store: store)
    print(result.accuracy, store.counts.known, store.counts.new)
  }
}
