import Graft

/// The code of README.md, of the catalogue's first page and of the articles on bases and checkpoints. It downloads weights, so it is compiled and not run; the post's
/// code runs in `BlogPostTests`.
struct OverviewCode {
  func readme() async throws {
    let photos = try ImageFolder("photos").images  // photos/daisy/1.jpg, photos/rose/2.jpg, …
    let (train, test) = try photos.split(validation: 0.2, seed: 1)

    // Load a network that was trained on ImageNet, without its top.
    let base = try await MobileNetV2(weights: .imageNet, includeTop: false, inputShape: [224, 224, 3])

    // Replace the top.
    var x = base.output
    x = GlobalAveragePooling2D()(x)
    x = Dense(256, activation: .relu)(x)
    let predictions = Dense(photos.classNames.count, activation: .softmax)(x)
    let model = Model(inputs: base.input, outputs: predictions)

    // Freeze the pre-trained layers.
    for layer in base.layers { layer.isTrainable = false }

    // Train and evaluate.
    try model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])
    let history = try await model.fit(train, epochs: 10, validation: test)
    let result = try await model.evaluate(test)
    print(result.accuracy, history["val_loss"])

    // Keep it in one file, and use it anywhere.
    try await GraftModel(model, classNames: photos.classNames).write(to: "flowers.graft")
    let predictor = try await Predictor.contents(of: "flowers.graft")
    print(try await predictor.predict("unknown.jpg").className)
  }

  func fineTuning(_ base: Model, _ model: Model, _ train: ImageSet, _ test: ImageSet) async throws {
    try base.unfreeze(from: "block_13_expand", batchNorm: .frozen)
    try model.compile(optimizer: .adam(learningRate: 1e-5), loss: .categoricalCrossentropy, metrics: [.accuracy])
    try await model.fit(
      train, epochs: 10, validation: test, augmentation: .standard,
      callbacks: [EarlyStopping(patience: 3, restoreBestWeights: true), TensorBoard("logs")],
      checkpoints: TrainingCheckpoints("flowers.checkpoints", resume: true))  // a killed run goes on, bit for bit
  }

  func catalogue() async throws {
    let base = try await MobileNetV2(weights: .imageNet, includeTop: false, inputShape: [224, 224, 3])
    var x = GlobalAveragePooling2D()(base.output)
    x = Dense(256, activation: .relu)(x)
    let model = Model(inputs: base.input, outputs: Dense(5, activation: .softmax)(x))
    base.isTrainable = false
    try model.compile(optimizer: .adam(), loss: .categoricalCrossentropy, metrics: [.accuracy])
    try await model.fit(ImageFolder("photos").images, epochs: 10, validationSplit: 0.2)
  }

  func checkpoints(_ model: Model, _ photos: ImageSet) async throws {
    let checkpoints = TrainingCheckpoints("flowers.checkpoints", resume: true, keepsLast: true)
    try await model.fit(photos, epochs: 50, validationSplit: 0.2, checkpoints: checkpoints)
    try await GraftModel(model, classNames: photos.classNames).write(to: "flowers.graft")
    checkpoints.remove()
  }

  func choosingABase() async throws {
    let base = try await EfficientNetB0(weights: .imageNet, includeTop: false, pooling: .average)
    base.isTrainable = false
    let model = Model(inputs: base.input, outputs: Dense(5, activation: .softmax)(base.output))
    print(model.name)
  }

  func torch() async throws {
    let recognised = try await BaseNetwork("resnet18.safetensors")
    let base = try await TorchResNet18(weights: .file("resnet18.pth"), includeTop: false, pooling: .average)
    print(recognised.source, base.name)
  }

  func nextModel() async throws {
    let first = try await GraftModel(contentsOf: "first.graft")
    let base = try BaseNetwork(first.model, source: "first.graft").model
    let model = Model(inputs: base.input, outputs: Dense(5, activation: .softmax)(base.output))
    print(model.name)
  }
}
