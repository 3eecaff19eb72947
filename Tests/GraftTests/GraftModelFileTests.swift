import Foundation
import Graft
import Testing

/// The `.graft` file: what comes back is what was written, and anything else is refused.
@Suite struct GraftModelFileTests {
  private func temporaryPath() -> String {
    FileManager.default.temporaryDirectory.appending(path: "\(UUID()).graft").path()
  }

  /// A small network with a frozen convolution and a head.
  private func smallModel(_ name: String) throws -> GraftModel {
    let x = Input(shape: [4, 4, 3], preprocessing: .scaledToMinusOneToOne, name: "\(name)_input")
    let convolution = Conv2D(4, kernelSize: 3, strides: 2, padding: .same, useBias: false, name: "\(name)_conv")
    var y = convolution(x)
    y = BatchNormalization(name: "\(name)_bn")(y)
    y = ReLU(maxValue: 6, name: "\(name)_relu")(y)
    y = GlobalAveragePooling2D(name: "\(name)_pool")(y)
    y = Dense(3, activation: .softmax, name: "\(name)_predictions")(y)
    let model = Model(inputs: x, outputs: y, name: name)
    convolution.isTrainable = false
    return try GraftModel(
      model, classNames: ["ant", "bée", "cat"], imageFit: .crop,
      provenance: Provenance(
        base: "a test", seed: 7, history: [EpochRecord(epoch: 1, values: ["loss": 0.5], seconds: 0.25)]))
  }

  @Test("Network, names, preprocessing, trainability and provenance come back")
  func roundTrip() async throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let written = try smallModel("round")
    try await written.write(to: path)
    let read = try await GraftModel(contentsOf: path)
    #expect(read.classNames == written.classNames)
    #expect(read.imageFit == .crop)
    #expect(read.provenance == written.provenance)
    #expect(read.model.preprocessing == .scaledToMinusOneToOne)
    #expect(read.model.layers.map(\.name) == written.model.layers.map(\.name))
    #expect(read.model.layers.map(\.isTrainable) == written.model.layers.map(\.isTrainable))
    #expect(try read.model.graphDescription() == written.model.graphDescription())
    let x = Tensor(shape: [3, 4, 4, 3], (0..<144).map { Float($0 % 17) / 8 - 1 })
    #expect(try await read.model.predict(x) == written.model.predict(x))
  }

  @Test("Equal models give equal files")
  func deterministic() async throws {
    let (first, second) = (temporaryPath(), temporaryPath())
    defer { for path in [first, second] { try? FileManager.default.removeItem(atPath: path) } }
    try await smallModel("same").write(to: first)
    try await smallModel("same").write(to: second)
    #expect(try Data(contentsOf: URL(filePath: first)) == Data(contentsOf: URL(filePath: second)))
  }

  @Test("Any flipped byte, any cut and anything appended is refused")
  func damage() async throws {
    let path = temporaryPath()
    let damagedPath = temporaryPath()
    defer { for path in [path, damagedPath] { try? FileManager.default.removeItem(atPath: path) } }
    try await smallModel("damage").write(to: path)
    let whole = [UInt8](try Data(contentsOf: URL(filePath: path)))

    func isRefused(_ bytes: [UInt8]) async throws -> Bool {
      try Data(bytes).write(to: URL(filePath: damagedPath))
      do {
        _ = try await GraftModel(contentsOf: damagedPath)
        return false
      } catch let error as GraftError {
        return !error.message.isEmpty
      }
    }
    for index in whole.indices {
      var bytes = whole
      bytes[index] ^= UInt8(1 << (index % 8))
      #expect(try await isRefused(bytes), "byte \(index)")
    }
    for length in stride(from: 0, to: whole.count, by: 7) {
      #expect(try await isRefused(Array(whole.prefix(length))), "cut at \(length)")
    }
    #expect(try await isRefused(whole + [0]))
  }

  @Test("Weights that were changed with valid checksums are found by the probe")
  func drift() async throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await smallModel("drift").write(to: path)
    let file = try SafetensorsFile(contentsOf: path, verify: true)
    var tensors = try file.names.map { (name: $0, tensor: try file.tensor(named: $0)) }
    let changed = try #require(tensors.firstIndex { $0.name == "drift_predictions/kernel" })
    tensors[changed].tensor[0, 0] += 0.5
    let metadata = file.metadata.filter { $0.key == "graft" }
    try SafetensorsWriter.write(tensors: tensors, metadata: metadata, to: path, checksums: true)
    let error = await #expect(throws: GraftError.self) { try await GraftModel(contentsOf: path) }
    #expect(error?.message.contains("probe") == true)
  }

  @Test("A missing weight, a left-over weight and another format version are refused by name")
  func otherContents() async throws {
    let path = temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await smallModel("other").write(to: path)
    let file = try SafetensorsFile(contentsOf: path)
    let tensors = try file.names.map { (name: $0, tensor: try file.tensor(named: $0)) }
    let metadata = file.metadata.filter { $0.key == "graft" }
    func refusal(_ tensors: [(name: String, tensor: Tensor)], _ metadata: [String: String]) async throws -> String {
      try SafetensorsWriter.write(tensors: tensors, metadata: metadata, to: path, checksums: true)
      return await #expect(throws: GraftError.self) { try await GraftModel(contentsOf: path) }?.message ?? ""
    }
    let without = tensors.filter { $0.name != "other_conv/kernel" }
    #expect(try await refusal(without, metadata).contains("other_conv/kernel"))
    #expect(try await refusal(tensors + [("stray", Tensor([1]))], metadata).contains("stray"))
    let newer = metadata.mapValues {
      $0.replacingOccurrences(of: "\"format_version\":1", with: "\"format_version\":99")
    }
    #expect(try await refusal(tensors, newer).contains("99"))
    #expect(try await refusal(tensors, [:]).contains("no model"))
  }

  @Test("One predictor serves many tasks at once")
  func sharedPredictor() async throws {
    let predictor = try Predictor(smallModel("shared"))
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let picture = folder.appending(path: "a.bmp").path()
    try Data(bitmap(width: 9, height: 7)).write(to: URL(filePath: picture))
    let text = folder.appending(path: "b.jpg").path()
    try Data("no picture".utf8).write(to: URL(filePath: text))

    let expected = try await predictor.predict(picture)
    try await withThrowingTaskGroup(of: Prediction.self) { group in
      for _ in 0..<16 { group.addTask { try await predictor.predict(picture) } }
      for try await prediction in group { #expect(prediction == expected) }
    }
    let bytes = try Data(contentsOf: URL(filePath: picture))
    #expect(try await predictor.predict(bytes: bytes) == expected)
    let error = await #expect(throws: GraftError.self) {
      try await predictor.predict(bytes: Data("no picture".utf8), name: "upload 7")
    }
    #expect(error?.code == .unreadable && error?.message.contains("upload 7") == true)
    let alone = try await predictor.predict([text])
    #expect(throws: GraftError.self) { try alone[0].get() }
    let results = try await predictor.predict([picture, text, picture])
    #expect(try results[0].get().className == expected.className)
    #expect(try results[2].get() == results[0].get())
    #expect(throws: GraftError.self) { try results[1].get() }
  }

  /// A 24-bit BMP of a colour gradient.
  private func bitmap(width: Int, height: Int) -> [UInt8] {
    func little(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let stride = (width * 3 + 3) / 4 * 4
    var bytes = Array("BM".utf8) + little(54 + stride * height, 4) + little(0, 4) + little(54, 4)
    bytes += little(40, 4) + little(width, 4) + little(height, 4) + little(1, 2) + little(24, 2)
    bytes += [UInt8](repeating: 0, count: 24)
    for row in 0..<height {
      var line = (0..<width).flatMap { [UInt8(20 * $0), UInt8(30 * row), UInt8(9 * ($0 + row))] }
      line += [UInt8](repeating: 0, count: stride - line.count)
      bytes += line
    }
    return bytes
  }
}
