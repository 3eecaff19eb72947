import Graft

/// The code of the article "Whole numbers of 8 bits". Compiled and not run: it needs photos.
struct Int8Code {
  func quantize() async throws {
    let photos = try ImageFolder("photos").images
    let base = try await MobileNetV2(
      weights: .imageNet, includeTop: false, inputShape: [224, 224, 3], pooling: .average)
    base.isTrainable = false
    let quantization = try await base.quantize(calibratedOn: photos)
    print(base.precision, quantization.similarity)

    let model = Model(inputs: base.input, outputs: Dense(photos.classNames.count, activation: .softmax)(base.output))
    try model.compile(optimizer: .adam(), loss: .categoricalCrossentropy)
    try await model.fit(photos, epochs: 10, validationSplit: 0.2)

    try base.unfreeze(from: "block_13_expand", batchNorm: .frozen)
    try model.compile(optimizer: .adam(learningRate: 1e-5), loss: .categoricalCrossentropy)
    try await model.fit(photos, epochs: 5)  // block_12 and all before it with whole numbers
  }
}
