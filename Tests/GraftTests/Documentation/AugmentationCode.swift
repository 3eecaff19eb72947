import Graft

/// The code of the article "Augmentation with a frozen base".
struct AugmentationCode {
  func list(_ model: Model, _ train: ImageSet, _ test: ImageSet) async throws -> Augmentation {
    let augmentation = try Augmentation([
      .randomResizedCrop(scale: 0.5...1), .randomFlip(.horizontal), .randomRotation(0.03), .randomContrast(0.2),
    ])
    try await model.fit(train, epochs: 20, validation: test, augmentation: augmentation)
    return augmentation
  }

  func text() throws -> (Augmentation, Augmentation) {
    let parsed = try Augmentation(parsing: "crop=0.5..1,flip,rotation=0.03,contrast=0.2")
    let standard = Augmentation.standard
    print(standard)  // crop=0.5..1:… – what the preset means
    return (parsed, standard)
  }

  /// Compiled and not run: it writes a file.
  func sheet(_ augmentation: Augmentation, _ train: ImageSet) throws {
    let files = train.files.map(\.path)
    let sheet = try ContactSheet(
      of: augmentation, files: files, rows: [0, 1, 2], views: 6, seed: 0, width: 224, height: 224)
    try sheet.image().writePNG(to: "augmentation.png")
  }

  func bank(_ model: Model, _ train: ImageSet, _ test: ImageSet, _ augmentation: Augmentation) async throws {
    try await model.fit(train, epochs: 50, validation: test, augmentation: augmentation, views: 8)
  }

  func mixing(_ model: Model, _ train: ImageSet, _ test: ImageSet) async throws -> Augmentation {
    let mixed = try Augmentation([.randomFlip(.horizontal), .mixup(alpha: 0.2), .cutmix(alpha: 1)])
    try model.compile(loss: .categoricalCrossentropy)
    try await model.fit(train, epochs: 20, validation: test, augmentation: mixed)
    return mixed
  }

  func key(_ mixed: Augmentation, _ train: ImageSet) throws {
    let key = AugmentationKey(seed: 0, view: 3, sample: 17)
    let mixing = mixed.mixing(for: key, sampleCount: train.count)
    print(mixing?.partner ?? 17, mixing?.share ?? 1)  // whom picture 17 is mixed with in view 3, and its own share
  }
}
