import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import Testing

/// A RandomCrop from a file, outside of training.
@Suite struct RandomCropTests {
  private func crop(_ arguments: [String: JSONValue]) throws -> Layer {
    try LayerRegistry.make(
      className: "RandomCrop", configuration: .object(["name": "crop"].merging(arguments) { $1 }))
  }

  private func results(_ layer: Layer, _ x: Tensor) throws -> Tensor {
    let input = Input(shape: x.shape.droppingFirst)
    return try Model(inputs: input, outputs: layer(input)).results(for: x)
  }

  /// Keras 2 gives its Resizing with crop_to_aspect_ratio, which golden data hold Graft's against.
  @Test(arguments: [(8, 9, 4, 5), (7, 12, 9, 6), (30, 17, 8, 11), (5, 6, 5, 6)])
  func isTheLargestWindowResized(_ height: Int, _ width: Int, _ newHeight: Int, _ newWidth: Int) throws {
    let x = FormulaTensor.make(name: "crop", shape: [2, height, width, 3], role: .input)
    let layer = try crop(["height": .int(newHeight), "width": .int(newWidth), "seed": 7])
    layer.isTrainable = false
    let received = try results(layer, x)
    #expect(received.shape == [2, newHeight, newWidth, 3])
    #expect(received == (try results(Resizing(height: newHeight, width: newWidth, aspectRatio: .cropped), x)))
    if height == newHeight { #expect(received == x) }
    #expect(layer.configuration["seed"] == 7)
  }

  @Test func trainingThroughItNamesIt() throws {
    let x = FormulaTensor.make(name: "crop", shape: [1, 6, 6, 2], role: .input)
    let layer = try crop(["height": 3, "width": 3])
    let error = #expect(throws: GraftError.self) { try GradientProbe(layer, inputs: [x], upstream: x) }
    #expect(error?.code == .unsupported)
    #expect(error?.message.hasPrefix("Layer \"crop\" (RandomCrop) does something in training") == true)
  }

  @Test func sizesMustBePositive() throws {
    for (height, width) in [(0, 3), (3, -1)] {
      let error = #expect(throws: GraftError.self) { try crop(["height": .int(height), "width": .int(width)]) }
      #expect(error?.message.contains("a positive number") == true)
    }
  }
}
