import GraftCore
import GraftGraph
import GraftLayers
import Testing

/// Unnamed layers are called as Keras calls them.
@Suite struct LayerNameTests {
  @Test func classesInSnakeCaseWithACounter() {
    LayerNames.startingOver {
      let layers: [Layer] = [
        Conv2D(1, kernelSize: 1), DepthwiseConv2D(kernelSize: 1), BatchNormalization(), ReLU(),
        ZeroPadding2D(Padding()),
        GlobalAveragePooling2D(), GlobalMaxPooling2D(), Dense(1), Dense(1), ActivationLayer(.relu), Dropout(0.5), Add(),
        Concatenate(), Flatten(), Reshape([1]), Rescaling(scale: 1), InputLayer(shape: [1]), InputLayer(shape: [1]),
        Dense(1),
      ]
      #expect(
        layers.map(\.name) == [
          "conv2d", "depthwise_conv2d", "batch_normalization", "re_lu", "zero_padding2d", "global_average_pooling2d",
          "global_max_pooling2d", "dense", "dense_1", "activation", "dropout", "add", "concatenate", "flatten",
          "reshape", "rescaling", "input_layer", "input_layer_1", "dense_2",
        ])
      let model = Model(inputs: Input(shape: [1]), outputs: Input(shape: [1]))
      #expect([model.name, Sequential([]).name, Sequential([]).name] == ["functional", "sequential", "sequential_1"])
    }
  }

  @Test func aScopeHasCountersOfItsOwn() async {
    let outer = LayerNames.startingOver {
      let first = Dense(1).name
      let inner = LayerNames.startingOver { Dense(1).name }
      return [first, inner, Dense(1).name]
    }
    #expect(outer == ["dense", "dense", "dense_1"])
  }
}
