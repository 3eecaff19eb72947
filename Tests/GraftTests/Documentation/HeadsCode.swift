import Graft

/// The code of the article "Which head?".
struct HeadsCode {
  func dense(_ base: Model, _ photos: ImageSet) async throws {
    let hidden = Dense(256, activation: .relu)(base.output)
    let model = Model(inputs: base.input, outputs: Dense(photos.classNames.count, activation: .softmax)(hidden))
    try model.compile(optimizer: .adam(), loss: .categoricalCrossentropy)
    try await model.fit(photos, epochs: 10, validationSplit: 0.2)
  }

  /// Compiled and not run: it writes a file.
  func linear(_ base: Model, _ photos: ImageSet) async throws {
    let trained = try await LinearHead.train(on: photos, base: base)
    print(trained.fit?.regularization ?? .nan, trained.fit?.score?.accuracy ?? .nan)
    try await GraftModel(trained.model, classNames: photos.classNames).write(to: "flowers.graft")
  }

  func features(_ base: Model, _ photos: ImageSet) async throws -> LinearHeadFit {
    let features = try await base.features(of: photos)
    let head = try await LinearHead.fit(
      features: features, classIndices: photos.files.map(\.classIndex), classes: photos.classNames.count,
      options: LinearHeadOptions(foldCount: 5, classWeight: .balanced))
    return head
  }

  func auto(_ base: Model, _ photos: ImageSet) async throws {
    let best = try await HeadComparison.train(on: photos, base: base)
    print(best.comparison?.table ?? "", best.comparison?.reason ?? "")
  }
}
