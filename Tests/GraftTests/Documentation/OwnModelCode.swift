import Graft

/// The code of the article "Bringing your own model".
struct OwnModelCode {
  /// Compiled and not run: it reads a file of the reader's.
  func bring() async throws -> Model {
    let dogs = try KerasModel(contentsOf: "dogs.keras")
    let base = try await BaseNetwork("dogs.keras", imageSize: 224)
    let model = Model(inputs: base.model.input, outputs: Dense(5, activation: .softmax)(base.model.output))
    print(dogs.outputNames, base.cut)
    return model
  }
}
