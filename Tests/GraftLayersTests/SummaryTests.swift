import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import GraftZoo
import Testing

/// `summary()` against the text that Keras prints, to the letter.
@Suite struct SummaryTests {
  private func golden(_ name: String) throws -> String {
    String(decoding: try GoldenFile.contents(of: "mobilenet/summary_\(name).txt"), as: UTF8.self)
  }

  @Test func networkWithBranches() async throws {
    let network = try await LayerNames.startingOver {
      try await MobileNetV2(
        weights: nil, includeTop: false, inputShape: [96, 96, 3], alpha: 0.35, pooling: .average)
    }
    #expect(try network.summary() + "\n\n" == golden("mobilenet_0.35_96_avg"))
  }

  @Test func frozenBaseUnderANewTop() async throws {
    let model = try await LayerNames.startingOver {
      let base = try await MobileNetV2(weights: nil, includeTop: false, inputShape: [96, 96, 3], alpha: 0.35)
      var x = base.output
      x = GlobalAveragePooling2D()(x)
      x = Dense(256, activation: .relu)(x)
      let model = Model(inputs: base.input, outputs: Dense(5, activation: .softmax)(x))
      for layer in base.layers { layer.isTrainable = false }
      return model
    }
    #expect(try model.summary() + "\n\n" == golden("post_frozen"))
  }

  @Test func sequentialAroundANestedModel() async throws {
    let model = try await LayerNames.startingOver {
      let base = try await MobileNetV2(weights: nil, includeTop: false, inputShape: [96, 96, 3], alpha: 0.35)
      base.isTrainable = false
      return Sequential([base, GlobalAveragePooling2D(), Dropout(0.2), Dense(5, activation: .softmax)])
    }
    #expect(try model.summary() + "\n\n" == golden("sequential_nested"))
  }

  @Test func whatIsTrainable() async throws {
    let model = try await LayerNames.startingOver {
      let base = try await MobileNetV2(weights: nil, includeTop: false, inputShape: [96, 96, 3], alpha: 0.35)
      try base.unfreeze(from: "block_13_expand", batchNorm: .frozen)
      let x = GlobalAveragePooling2D()(base.output)
      return Model(inputs: base.input, outputs: Dense(5, activation: .softmax)(x))
    }
    #expect(try model.summary(showsTrainable: true) + "\n\n" == golden("unfrozen_block_13"))
    let sequential = try await LayerNames.startingOver {
      let base = try await MobileNetV2(weights: nil, includeTop: false, inputShape: [96, 96, 3], alpha: 0.35)
      base.freeze()
      return Sequential([base, GlobalAveragePooling2D(), Dense(5)])
    }
    #expect(try sequential.summary(showsTrainable: true) + "\n\n" == golden("sequential_trainable"))
  }

  @Test func sharedLayerListsAllItsCalls() throws {
    let model = LayerNames.startingOver {
      let x = Input(shape: [4])
      let dense = Dense(4, name: "twice")
      let once = dense(x)
      return Model(inputs: x, outputs: Add(name: "sum")([once, dense(once)]))
    }
    #expect(
      try model.summary(width: 64) == """
        Model: "functional"
        ┏━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┳━━━━━━━━━━┳━━━━━━━━━━━━━━━━┓
        ┃ Layer (type)     ┃ Output Shape  ┃  Param # ┃ Connected to   ┃
        ┡━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━╇━━━━━━━━━━╇━━━━━━━━━━━━━━━━┩
        │ input_layer      │ (None, 4)     │        0 │ -              │
        │ (InputLayer)     │               │          │                │
        ├──────────────────┼───────────────┼──────────┼────────────────┤
        │ twice (Dense)    │ (None, 4)     │       20 │ input_layer[0… │
        │                  │               │          │ twice[0][0]    │
        ├──────────────────┼───────────────┼──────────┼────────────────┤
        │ sum (Add)        │ (None, 4)     │        0 │ twice[0][0],   │
        │                  │               │          │ twice[1][0]    │
        └──────────────────┴───────────────┴──────────┴────────────────┘
         Total params: 20 (80.00 B)
         Trainable params: 20 (80.00 B)
         Non-trainable params: 0 (0.00 B)
        """)
  }

  @Test func tooNarrowIsAnError() {
    let x = Input(shape: [4])
    let model = Model(inputs: x, outputs: Dense(2)(x))
    #expect(throws: GraftError(.invalidArgument, "A summary of 10 characters is too narrow; 76 are usual.")) {
      try model.summary(width: 10)
    }
  }
}
