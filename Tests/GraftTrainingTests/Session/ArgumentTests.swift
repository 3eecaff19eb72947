import GraftCore
import GraftGraph
import GraftImages
import GraftLayers
import Testing

@testable import GraftTraining

/// What cannot work is refused with a sentence that says what was expected and what was received.
@Suite struct ArgumentTests {
  private let data = Heads.data(10)

  private func compiled(_ loss: LossFunction = .categoricalCrossentropy) throws -> Model {
    let model = try Heads.small()
    try model.compile(loss: loss)
    return model
  }

  @Test func notCompiled() async throws {
    let model = try Heads.small()
    let expected = GraftError(
      .invalidArgument, "The model has not been compiled. Call compile(optimizer:loss:metrics:) first.")
    await #expect(throws: expected) { try await model.fit(data.x, data.y, progress: .silent) }
    await #expect(throws: expected) { try await model.evaluate(data.x, data.y) }
    #expect(try await model.predict(data.x).shape == [10, 3])
  }

  @Test func shapes() async throws {
    let model = try compiled()
    let narrow = Tensor(zeros: [10, 7])
    let wrongInput = GraftError(
      .shapeMismatch, "The model takes samples of shape (8,), many along a first axis. Received: (10, 7).")
    await #expect(throws: wrongInput) { try await model.fit(narrow, data.y, progress: .silent) }
    await #expect(throws: wrongInput) { try await model.evaluate(narrow, data.y) }
    await #expect(throws: wrongInput) { try await model.predict(narrow) }
    await #expect(throws: wrongInput) {
      try await model.fit(data.x, data.y, validation: (narrow, data.y), progress: .silent)
    }
    await #expect(throws: GraftError.self) { try await model.predict(Tensor(shape: [], [1])) }

    func received(_ shape: String) -> GraftError {
      GraftError(
        .shapeMismatch,
        """
        categoricalCrossentropy needs targets of shape (10, 3), one row per sample. Received: \(shape). For class \
        indices use sparseCategoricalCrossentropy.
        """)
    }
    for y in [Tensor(zeros: [10]), Tensor(zeros: [10, 4]), Tensor(zeros: [9, 3])] {
      await #expect(throws: received(y.shape.description)) { try await model.fit(data.x, y, progress: .silent) }
    }
  }

  @Test func classIndices() async throws {
    let model = try compiled(.sparseCategoricalCrossentropy)
    for wrong in [Float(3), -1, 0.5, .nan, .infinity] {
      var y = Tensor(zeros: [10])
      y[4] = wrong
      await #expect(
        throws: GraftError(.invalidArgument, "Targets must be class indices from 0 to 2. Received: \(wrong).")
      ) { try await model.fit(data.x, y, progress: .silent) }
    }
    await #expect(
      throws: GraftError(
        .shapeMismatch,
        "sparseCategoricalCrossentropy needs targets of shape (10,), one class index per sample. Received: (10, 3).")
    ) { try await model.fit(data.x, data.y, progress: .silent) }
    // A column of indices is what Keras's users often have.
    let column = Tensor(zeros: [10, 1])
    #expect(try await model.fit(data.x, column, progress: .silent).trainCount == 10)
    #expect(
      throws: GraftError(.invalidArgument, "The network has 3 outputs. Received a sample of class 3.")
    ) { try Targets(classIndices: [0, 3], classes: 3, loss: .categoricalCrossentropy) }
  }

  @Test func numbers() async throws {
    let model = try compiled()
    await #expect(throws: GraftError(.invalidArgument, "The number of epochs must be at least 0. Received: -1.")) {
      try await model.fit(data.x, data.y, epochs: -1, progress: .silent)
    }
    for size in [0, -5] {
      await #expect(throws: GraftError(.invalidArgument, "The batch size must be at least 1. Received: \(size).")) {
        try await model.fit(data.x, data.y, batchSize: size, progress: .silent)
      }
    }
    for share in [0.0, 1, -0.5, 1.5, .nan] {
      await #expect(
        throws: GraftError(.invalidArgument, "validationSplit must lie between 0 and 1. Received: \(share).")
      ) { try await model.fit(data.x, data.y, validationSplit: share, progress: .silent) }
    }
    await #expect(
      throws: GraftError(.invalidArgument, "Give either validation or validationSplit. Received: both.")
    ) { try await model.fit(data.x, data.y, validation: data, validationSplit: 0.5, progress: .silent) }
    #expect(throws: GraftError(.invalidArgument, "Top-k accuracy needs a k of at least 1. Received: 0.")) {
      try model.compile(metrics: [.topKAccuracy(0)])
    }
    let images = try PictureFolder(perClass: 1).images()
    let pictures = try PictureModel().model
    try pictures.compile()
    await #expect(throws: GraftError(.invalidArgument, "maximumBadFiles must be at least 0. Received: -1.")) {
      try await pictures.fit(images, maximumBadFiles: -1, progress: .silent)
    }
    await #expect(
      throws: GraftError(.invalidArgument, "Give either validation or validationSplit. Received: both.")
    ) { try await pictures.fit(images, validation: images, validationSplit: 0.5, progress: .silent) }
  }

  @Test func emptyData() async throws {
    let model = try compiled()
    let none = (x: Tensor(zeros: [0, 8]), y: Tensor(zeros: [0, 3]))
    await #expect(throws: GraftError(.invalidData, "There are no samples to train on.")) {
      try await model.fit(none.x, none.y, progress: .silent)
    }
    await #expect(throws: GraftError(.invalidData, "There are no samples to train on.")) {
      try await model.fit(data.x.rows(0..<1), data.y.rows(0..<1), validationSplit: 0.5, progress: .silent)
    }
    await #expect(throws: GraftError(.invalidData, "There are no samples to validate on.")) {
      try await model.fit(data.x, data.y, validation: none, progress: .silent)
    }
    await #expect(throws: GraftError(.invalidData, "There are no samples to evaluate.")) {
      try await model.evaluate(none.x, none.y)
    }
    #expect(try await model.predict(none.x).shape == [0, 3])
    let images = try PictureFolder(perClass: 1).images()
    let pictures = try PictureModel().model
    try pictures.compile()
    await #expect(throws: GraftError(.invalidData, "There are no samples to test on.")) {
      try await pictures.fit(images, test: images.subset([]), progress: .silent)
    }
  }

  @Test func classesOfPictures() async throws {
    let pictures = try PictureModel().model
    try pictures.compile()
    let images = try PictureFolder(perClass: 1).images()
    let two = ImageSet(classNames: ["amber", "blue"], files: [])
    await #expect(
      throws: GraftError(.invalidArgument, "The model has 3 outputs, the pictures have 2 classes: amber, blue.")
    ) { try await pictures.fit(two, progress: .silent) }
    let turned = ImageSet(classNames: ["blue", "amber", "cyan"], files: images.files)
    for use in ["validation", "test"] {
      let error = await #expect(throws: GraftError.self) {
        try await pictures.fit(
          images, validation: use == "validation" ? turned : nil, test: use == "test" ? turned : nil, progress: .silent)
      }
      #expect(
        error
          == GraftError(
            .invalidArgument,
            """
            The classes of the \(use) pictures must be those of the training pictures, in their order. Expected: amber, \
            blue, cyan. Received: blue, amber, cyan.
            """))
    }
  }

  @Test func networksThatTakeNoPictures() async throws {
    let images = try PictureFolder(perClass: 1).images()
    let flat = try compiled()
    await #expect(
      throws: GraftError(
        .invalidArgument, "Pictures need a network with an input of (height, width, 3). This one takes (8,).")
    ) { try await flat.fit(images, progress: .silent) }
    let input = Input(shape: [8, 8, 3])
    let silent = Model(inputs: input, outputs: Dense(3, activation: .softmax)(Flatten()(input)))
    try silent.compile()
    let error = await #expect(throws: GraftError.self) { try await silent.fit(images, progress: .silent) }
    #expect(error?.message.hasPrefix("Nothing says how pictures become this network's input") == true)
  }

  @Test func outputsThatAreNoClasses() throws {
    let input = Input(shape: [8, 8, 3])
    let model = Model(inputs: input, outputs: Conv2D(4, kernelSize: 3)(input))
    let error = #expect(throws: GraftError.self) { try model.compile() }
    #expect(error?.code == .shapeMismatch)
    #expect(error?.message.contains("This model's output has the shape (6, 6, 4)") == true)
  }
}
