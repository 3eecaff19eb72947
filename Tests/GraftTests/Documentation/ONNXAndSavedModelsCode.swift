import Graft

/// The code of the article "ONNX and SavedModel bases".
struct ONNXAndSavedModelsCode {
  /// Compiled and not run: there is no such file.
  func base() async throws -> Model {
    let base = try await BaseNetwork("resnet18.onnx")
    let output = Dense(5, activation: .softmax)(base.model.output)
    let model = Model(inputs: base.model.input, outputs: output)
    return model
  }

  func read() throws {
    let file = try ONNXModel(contentsOf: "resnet18.onnx")
    print(file.producer, file.opset, file.inputShape, file.outputs)
    let network = try file.model(preprocessing: .torch)
    print(try network.summary())
  }
}
