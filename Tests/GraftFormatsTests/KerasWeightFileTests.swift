import GraftCore
import GraftFormats
import Testing

@Suite struct KerasWeightFileTests {
  private static let files: [(file: String, layout: KerasWeightLayout, version: String?)] = [
    ("keras2_plain_weights.h5", .legacyWeights, "2.21.0"),
    ("keras2_nested_model.h5", .wholeModel, "2.21.0"),
    ("keras3_nested_model.h5", .wholeModel, "3.15.1"),
    ("keras3_twins_model.h5", .wholeModel, "3.15.1"),
    ("chunked_attributes.h5", .legacyWeights, "3.15.1"),
    ("keras2_plain_weights_v3.weights.h5", .keras3Weights, nil),
    ("keras3_plain_weights.weights.h5", .keras3Weights, nil),
    ("keras3_nested_weights.weights.h5", .keras3Weights, nil),
  ]

  private static func name(_ file: String) -> String {
    file.split(separator: ".").first.map(String.init) ?? file
  }

  private func expect(_ received: [[Tensor]], equal expected: [Tensor], _ what: String) {
    let flat = received.flatMap { $0 }
    #expect(flat.count == expected.count, "\(what)")
    for (index, pair) in zip(flat, expected).enumerated() {
      #expect(isIdentical(pair.0, pair.1), "\(what), tensor \(index)")
    }
  }

  @Test("Every layout gives every weight that Keras itself gives", arguments: files)
  func layouts(file: String, layout: KerasWeightLayout, version: String?) throws {
    let weights = try KerasWeightFile(contentsOf: Fixture.path(file))
    let fixture = try KerasFixture(Self.name(file))
    #expect(weights.layout == layout)
    #expect(weights.kerasVersion == version)
    let tensors = try weights.tensors(for: fixture.nested)
    #expect(tensors.count == fixture.nested.count)
    expect(tensors, equal: fixture.tensors, file)
    // Optimizer, metrics and seeds are no weights.
    #expect(weights.entries.count == fixture.tensors.count)
    #expect(
      weights.entries.map(\.shape.description).sorted() == fixture.tensors.map(\.shape.description).sorted())
  }

  @Test("Where names do not fit and all shapes do, the order decides, as in Keras")
  func order() throws {
    let file = "keras2_plain_weights.h5"
    let fixture = try KerasFixture(Self.name(file))
    var layers = fixture.flat
    for index in layers.indices { layers[index].name = "renamed_\(index)" }
    let weights = try KerasWeightFile(contentsOf: Fixture.path(file))
    expect(try weights.tensors(for: layers), equal: fixture.tensors, file)
    // A top that was not asked for may follow; something before it may not.
    let last = try #require(layers.lastIndex { !$0.variables.isEmpty })
    var fewer = layers
    let count = fewer.remove(at: last).variables.count
    expect(
      try weights.tensors(for: fewer, allowExtra: true), equal: Array(fixture.tensors.dropLast(count)), "without top")
    #expect(throws: GraftError.self) { try weights.tensors(for: fewer) }
    var swapped = layers
    let first = try #require(layers.firstIndex { !$0.variables.isEmpty })
    swapped.swapAt(first, last)
    #expect(throws: GraftError.self) { try weights.tensors(for: swapped) }
  }

  @Test(
    "A nested model in the file fills a flat list of layers",
    arguments: ["keras2_nested_model.h5", "keras3_nested_model.h5", "keras3_nested_weights.weights.h5"])
  func nestedFileFlatModel(file: String) throws {
    let fixture = try KerasFixture(Self.name(file))
    let weights = try KerasWeightFile(contentsOf: Fixture.path(file))
    let tensors = try weights.tensors(for: fixture.flat)
    #expect(tensors.map(\.count) == fixture.layers.map(\.tensors.count))
    expect(tensors, equal: fixture.tensors, file)
  }

  @Test(
    "A flat file fills nested models",
    arguments: ["keras2_plain_weights.h5", "keras2_plain_weights_v3.weights.h5", "keras3_plain_weights.weights.h5"])
  func flatFileNestedModel(file: String) throws {
    let fixture = try KerasFixture(Self.name(file))
    let layers =
      [LayerSlots(name: "trunk", className: "Functional", children: Array(fixture.flat.prefix(7)))]
      + fixture.flat.dropFirst(7)
    expect(
      try KerasWeightFile(contentsOf: Fixture.path(file)).tensors(for: layers), equal: fixture.tensors, file)
  }

  @Test(
    "The trunk alone is taken out of a file with a top, if extra layers are allowed",
    arguments: [
      "keras2_nested_model.h5", "keras3_nested_model.h5", "keras3_nested_weights.weights.h5", "chunked_attributes.h5",
    ])
  func trunkOnly(file: String) throws {
    let fixture = try KerasFixture(Self.name(file))
    let trunk = fixture.layers.filter { $0.path[0] == "trunk_1.00_8" }
    let weights = try KerasWeightFile(contentsOf: Fixture.path(file))
    expect(
      try weights.tensors(for: trunk.map(\.slots), allowExtra: true), equal: trunk.flatMap(\.tensors), file)
    let refused = try #require(error { _ = try weights.tensors(for: trunk.map(\.slots)) })
    #expect(refused.code == .weightMismatch)
    #expect(refused.message.contains("6 left over in the file"), "\(refused)")
    #expect(!refused.message.contains("missing"), "\(refused)")
  }

  @Test("Without nesting, equal names in two nested models are ambiguous, not guessed")
  func ambiguity() throws {
    let fixture = try KerasFixture("keras3_twins_model")
    let weights = try KerasWeightFile(contentsOf: Fixture.path("keras3_twins_model.h5"))
    let left = fixture.layers.filter { $0.path[0] == "left" }
    let refused = try #require(error { _ = try weights.tensors(for: left.map(\.slots), allowExtra: true) })
    #expect(refused.message.contains("Conv1: could be 'left/Conv1' or 'right/Conv1'"), "\(refused)")
    let right = fixture.nested.filter { $0.name == "right" }
    expect(
      try weights.tensors(for: right, allowExtra: true),
      equal: fixture.layers.filter { $0.path[0] == "right" }.flatMap(\.tensors), "right")
  }

  @Test("A whole model brings its configuration, weights do not")
  func configuration() throws {
    let model = try KerasWeightFile(contentsOf: Fixture.path("keras3_nested_model.h5"))
    let config = try #require(try model.modelConfiguration)
    #expect(config["class_name"]?.string == "Functional")
    #expect(config["config"]?["layers"]?.array?.count == 6)
    #expect(config["config"]?["layers"]?[1]?["config"]?["name"]?.string == "trunk_1.00_8")
    #expect(try KerasWeightFile(contentsOf: Fixture.path("keras2_plain_weights.h5")).modelConfiguration == nil)
  }

  @Test("Names of Keras 1 and odd scopes are matched within their layer")
  func oldNames() throws {
    let weights = try KerasWeightFile(contentsOf: Fixture.path("keras1_names.h5"))
    let tensors = try weights.tensors(for: [
      LayerSlots(
        name: "conv1", className: "Conv2D",
        variables: [
          VariableSlot(name: "kernel", shape: [1, 1, 3, 4]), VariableSlot(name: "bias", shape: [4]),
        ]),
      LayerSlots(name: "dense_3", className: "Dense", variables: [VariableSlot(name: "kernel", shape: [2, 2])]),
    ])
    expect(
      tensors,
      equal: [
        Tensor(shape: [1, 1, 3, 4], (0..<12).map { Float($0) }), Tensor([0, 1, 2, 3]),
        Tensor(repeating: 1, shape: [2, 2]),
      ], "keras1_names.h5")
  }

  @Test("The inventory names what is in the file")
  func entries() throws {
    let model = try KerasWeightFile(contentsOf: Fixture.path("keras3_nested_model.h5"))
    #expect(model.entries.first?.path == "trunk_1.00_8/depthwise/kernel")
    #expect(model.entries.first?.shape == [3, 3, 4, 1])
    let weights = try KerasWeightFile(contentsOf: Fixture.path("keras3_plain_weights.weights.h5"))
    #expect(weights.entries.map(\.path).contains("layers/dense_1/vars/0"))
  }

  @Test("HDF5 that is no Keras file is refused with what is in it")
  func foreign() throws {
    let refused = try #require(error { _ = try KerasWeightFile(contentsOf: Fixture.path("types.h5")) })
    #expect(refused.code == .unsupported)
    #expect(refused.message.contains("bfloat16, chunked, empty"), "\(refused)")
  }
}
