import GraftCore
import GraftLayers
import Testing

@testable import GraftTraining

/// `isTrainable` counts at the moment of `fit`; what cannot be trained is said before anything is read.
@Suite struct TrainabilityTests {
  @Test func changesAfterCompileCount() async throws {
    let (x, y) = Heads.data(30)
    let model = try Heads.normalized()
    try model.compile()
    try model.layer(named: "hidden").isTrainable = false
    try model.layer(named: "normal").isTrainable = false
    let before = try model.weights()
    try await model.fit(x, y, epochs: 2, progress: .silent)
    let middle = try model.weights()
    for (name, value) in middle { #expect((value == before[name]) == !name.hasPrefix("classes/"), "\(name)") }

    try model.layer(named: "hidden").isTrainable = true
    try model.layer(named: "normal").isTrainable = true
    try model.layer(named: "classes").isTrainable = false
    try await model.fit(x, y, epochs: 2, progress: .silent)
    for (name, value) in try model.weights() {
      #expect((value == middle[name]) == name.hasPrefix("classes/"), "\(name)")
    }
  }

  @Test func nothingTrainableIsAnError() throws {
    let model = try PictureModel().model
    model.isTrainable = false
    try model.compile()
    let images = try PictureFolder(perClass: 1).images()
    #expect(
      throws: GraftError(
        .invalidArgument, "Nothing to train: no layer with weights is trainable. Set isTrainable on a layer.")
    ) { try model.training(on: images) }
  }

  @Test func aTrainableBaseIsTrained() async throws {
    let whole = try PictureModel()
    try whole.model.compile(optimizer: .sgd(learningRate: 0.1))
    whole.base.isTrainable = true
    let before = try whole.model.weights()
    let folder = try PictureFolder(perClass: 2)
    try await whole.model.fit(folder.images(), epochs: 1, progress: .silent)
    for (name, value) in try whole.model.weights() { #expect(value != before[name], "\(name)") }
    withExtendedLifetime(folder) {}
  }
}
