import Graft

/// The code of the article "Coming from Keras". It downloads weights and writes files, so it is compiled and not run.
struct ComingFromKerasCode {
  func post() async throws {
    let photos = try ImageFolder("photos").images
    let (train, test) = try photos.split(validation: 0.2, seed: 1)

    let base = try await MobileNetV2(weights: .imageNet, includeTop: false, inputShape: [224, 224, 3])

    var x = base.output
    x = GlobalAveragePooling2D()(x)
    x = Dense(256, activation: .relu)(x)
    let predictions = Dense(5, activation: .softmax)(x)
    let model = Model(inputs: base.input, outputs: predictions)

    for layer in base.layers { layer.isTrainable = false }

    try model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])
    let history = try await model.fit(train, epochs: 10, validation: test)
    let result = try await model.evaluate(test)
    print(result.accuracy, history["val_loss"])

    try base.unfreeze(from: "block_13_expand")
    try model.compile(optimizer: .adam(learningRate: 1e-5), loss: .categoricalCrossentropy, metrics: [.accuracy])
    try await model.fit(train, epochs: 10, validation: test)

    try await GraftModel(model, classNames: photos.classNames).write(to: "flowers.graft")
    let predictor = try await Predictor.contents(of: "flowers.graft")
    print(try await predictor.predict("unknown.jpg").className)
  }

  func training(_ model: Model, _ train: ImageSet, _ test: ImageSet) async throws {
    try model.compile(optimizer: .adamW(learningRate: .cosineDecay(1e-3, decaySteps: 500), weightDecay: 0.01))

    try await model.fit(
      train, epochs: 50, validation: test,
      callbacks: [EarlyStopping(patience: 3, restoreBestWeights: true), CSVLogger("flowers.csv")],
      checkpoints: TrainingCheckpoints("flowers.checkpoints", resume: true))
  }

  func callback() -> any TrainingCallback {
    struct StopWhenGood: TrainingCallback {
      mutating func epochDidEnd(_ record: EpochRecord, _ control: inout TrainingControl) {
        if record.values["val_accuracy", default: 0] > 0.95 {
          control.stop("95 % of the validation pictures are right")
        }
      }
    }
    return StopWhenGood()
  }

  /// What the article's tables name in passing.
  func tables(_ model: Model, _ train: ImageSet, _ input: SymbolicTensor) async throws {
    var x = Conv2D(32, kernelSize: 3, strides: 2, padding: .same, useBias: false)(input)
    x = DepthwiseConv2D(kernelSize: 3)(x)
    x = SeparableConv2D(64, kernelSize: 3)(x)
    x = ReLU(maxValue: 6)(LayerNormalization()(BatchNormalization()(x)))
    x = ActivationLayer(.swish)(Rescaling(scale: 1 / 255)(Normalization()(x)))
    x = Add()([x, Multiply()([x, SpatialDropout2D(0.2)(x)])])
    x = Concatenate()([Dropout(0.2)(x), x])
    _ = Sequential([GlobalMaxPooling2D(), Dense(256, activation: .relu)], inputShape: x.shape)
    let optimizers: [Optimizer] = [
      .sgd(), .sgd(learningRate: 0.01, momentum: 0.9, nesterov: true), .rmsprop(), .adam(),
      .adamW(learningRate: 1e-3, weightDecay: 0.01), .sgd(weightDecay: 1e-4, sparesBiasesAndNorms: true),
      .adam(clipNorm: 1), .adam(clipValue: 1), .adam(globalClipNorm: 1), .adam(useEMA: true, emaMomentum: 0.99),
    ]
    let losses: [LossFunction] = [
      .categoricalCrossentropy, .categoricalCrossentropy(fromLogits: true, labelSmoothing: 0.1),
      .sparseCategoricalCrossentropy, .binaryCrossentropy, .categoricalFocalCrossentropy(),
      .binaryFocalCrossentropy(), .meanSquaredError,
    ]
    let metrics: [Metric] = [
      .accuracy, .topKAccuracy(5), .binaryAccuracy(), .f1(.macro), .precision(.macro), .recall(.macro), .areaUnderROC,
    ]
    try model.compile(optimizer: optimizers[0], loss: losses[0], metrics: metrics)
    RandomSeed.current = 1
    try await model.fit(train, epochs: 1, shuffle: true, seed: 1, classWeight: [1: 5], progress: .silent)
    try await model.fit(train, classWeight: .byName(["rose": 5]), progress: .silent)
    print(try await model.evaluate(train).report, try model.summary(showsTrainable: true))
  }
}
