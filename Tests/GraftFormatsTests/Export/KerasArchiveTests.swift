import Foundation
import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import Testing

@testable import GraftFormats

/// Keras's `.keras` and `.weights.h5`, read and written.
@Suite struct KerasArchiveTests {
  private func network() throws -> Model { try KerasModel(contentsOf: Fixture.path("network.keras")).model() }

  private func member(_ name: String, of path: String) throws -> [UInt8] {
    try ZipArchive(contentsOf: path).bytes(of: name)
  }

  private func document(_ name: String, of path: String) throws -> JSONValue {
    try JSONValue(parsing: String(decoding: member(name, of: path), as: UTF8.self))
  }

  @Test("Two files are made in memory at once, and equal calls give equal bytes")
  func imagesAtOnce() throws {
    let images = [try HDF5Image(), try HDF5Image()]
    for image in images {
      try image.addGroup("g")
      try image.add(Tensor([1, 2]), at: "g/x")
    }
    #expect(try images[0].bytes() == images[1].bytes())
  }

  @Test("A file of Keras's gives Keras's results")
  func reading() throws {
    let model = try network()
    let expected = try SafetensorsFile(contentsOf: Fixture.path("network.expected.safetensors"))
    let mismatch = try model.results(for: expected.tensor(named: "x"))
      .mismatch(expected.tensor(named: "y"), atol: 1e-6, rtol: 1e-5)
    #expect(mismatch == nil, "\(mismatch ?? "")")
    #expect(try KerasModel(contentsOf: Fixture.path("network.keras")).kerasVersion == "3.15.1")
  }

  @Test("What is written has the groups, datasets and attributes of Keras's own file")
  func weights() throws {
    let folder = try TemporaryFolder()
    let own = folder.file("own.keras")
    try KerasModel.write(network(), to: own)
    func file(_ path: String) throws -> HDF5File {
      try HDF5File(contentsOf: folder.write(member("model.weights.h5", of: path), UUID().uuidString + ".h5"))
    }
    let (theirs, ours) = (try file(Fixture.path("network.keras")), try file(own))
    #expect(ours.datasetPaths == theirs.datasetPaths && ours.datasetPaths.count == 9)
    func compare(_ group: String) throws {
      #expect(ours.members(of: group) == theirs.members(of: group), "\(group)")
      for name in theirs.members(of: group) ?? [] {
        let path = group.isEmpty ? name : group + "/" + name
        #expect(try ours.string(attribute: "name", of: path) == theirs.string(attribute: "name", of: path))
        if let shape = theirs.shape(of: path) {
          #expect(ours.shape(of: path) == shape)
          #expect(try isIdentical(ours.tensor(at: path), theirs.tensor(at: path)))
        } else {
          try compare(path)
        }
      }
    }
    try compare("")
  }

  /// What a layer is called on, in order: names, calls and results.
  private func operands(_ value: JSONValue?) -> [JSONValue] {
    if let items = value?.array { return items.flatMap { operands($0) } }
    if let history = value?["config"]?["keras_history"] { return [history] }
    return operands(value?["args"] ?? [])
  }

  @Test("The configuration is Keras's: every layer with the same class, module, name, connections and freezing")
  func configuration() throws {
    let folder = try TemporaryFolder()
    let own = folder.file("own.keras")
    try KerasModel.write(network(), notes: ["class_names": ["a", "b", "c"]], to: own)
    let (theirs, ours) = (
      try document("config.json", of: Fixture.path("network.keras")), try document("config.json", of: own)
    )
    func compare(_ ours: JSONValue, _ theirs: JSONValue) throws {
      for key in ["module", "class_name", "registered_name"] { #expect(ours[key] == theirs[key], "\(key)") }
      for key in ["name", "input_layers", "output_layers"] { #expect(ours["config"]?[key] == theirs["config"]?[key]) }
      let (left, right) = (ours["config"]?["layers"]?.array ?? [], theirs["config"]?["layers"]?.array ?? [])
      #expect(left.count == right.count)
      for (left, right) in zip(left, right) {
        #expect(left["name"] == right["name"])
        #expect(operands(left["inbound_nodes"]) == operands(right["inbound_nodes"]))
        for (key, value) in left["config"]?.object ?? [:] where right["config"]?["layers"] == nil {
          #expect(!key.hasPrefix("graft"))
          #expect(right["config"]?.object?.keys.contains(key) == true, "\(key) of \(left)")
          if key == "trainable" || value.int != nil { #expect(right["config"]?[key]?.double == value.double) }
        }
        if left["config"]?["layers"] != nil { try compare(left, right) }
      }
    }
    try compare(ours, theirs)
    #expect(ours["config"]?["input_layers"] == ["outer", 0, 0])
    #expect(try document("metadata.json", of: own)["graft"]?["class_names"] == ["a", "b", "c"])
    #expect(try ZipArchive(contentsOf: own).names == ["metadata.json", "config.json", "model.weights.h5"])
  }

  @Test("Preprocessing and notes come back; equal models give equal bytes")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let input = Input(shape: [4, 4, 3], preprocessing: .torch, name: "in")
    let model = Model(inputs: input, outputs: Dense(2, name: "d")(GlobalAveragePooling2D(name: "p")(input)), name: "m")
    try model.assignFormulaWeights()
    for name in ["a.keras", "b.keras"] { try KerasModel.write(model, notes: ["k": "v"], to: folder.file(name)) }
    let bytes = try ["a.keras", "b.keras"].map { try Data(contentsOf: URL(filePath: folder.file($0))) }
    #expect(bytes[0] == bytes[1])
    let read = try KerasModel(contentsOf: folder.file("a.keras"))
    #expect(read.notes?["k"] == "v")
    let copy = try read.model()
    #expect(copy.preprocessing == .torch)
    #expect(copy.layers.map(\.name) == model.layers.map(\.name))
    let x = FormulaTensor.make(name: "input", shape: [2, 4, 4, 3], role: .input)
    #expect(try isIdentical(copy.results(for: x), model.results(for: x)))
  }

  @Test(".weights.h5 is found by structure, nested sequential models included")
  func nestedWeights() throws {
    let folder = try TemporaryFolder()
    func model() -> Model {
      Sequential(
        [
          Dense(4, name: "one"),
          Sequential([Dense(3, name: "two"), Dense(3, name: "three")], inputShape: [4], name: "in"),
          BatchNormalization(name: "four"),
        ], inputShape: [5], name: "out")
    }
    let first = model()
    try first.assignFormulaWeights()
    try first.writeWeights(to: folder.file("w.weights.h5"))
    let file = try KerasWeightFile(contentsOf: folder.file("w.weights.h5"))
    #expect(file.layout == .keras3Weights)
    #expect(
      file.entries.map(\.path) == [
        "layers/batch_normalization/vars/0", "layers/batch_normalization/vars/1", "layers/batch_normalization/vars/2",
        "layers/batch_normalization/vars/3", "layers/dense/vars/0", "layers/dense/vars/1",
        "layers/sequential/layers/dense/vars/0", "layers/sequential/layers/dense/vars/1",
        "layers/sequential/layers/dense_1/vars/0", "layers/sequential/layers/dense_1/vars/1",
      ])
    let second = model()
    try second.loadWeights(from: folder.file("w.weights.h5"))
    for (a, b) in zip(first.ownedVariables, second.ownedVariables) {
      #expect(isIdentical(a.variable.value, b.variable.value))
    }
  }

  @Test("Damage is an error that names the file")
  func damage() throws {
    let folder = try TemporaryFolder()
    let whole = try Fixture.bytes("network.keras")
    for length in stride(from: 4, to: whole.count, by: 997) {
      let path = try folder.write(Array(whole.prefix(length)), "cut.keras")
      #expect(error { _ = try KerasModel(contentsOf: path).model() }?.message.contains("cut.keras") == true)
    }
    for index in stride(from: 0, to: whole.count, by: 211) {
      var bytes = whole
      bytes[index] ^= 4
      let path = try folder.write(bytes, "flipped.keras")
      let failure = error { _ = try KerasModel(contentsOf: path).model() }
      #expect(failure == nil || failure?.message.isEmpty == false)
    }
  }
}
