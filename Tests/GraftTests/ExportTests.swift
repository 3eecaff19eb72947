import Foundation
import Graft
import GraftTestSupport
import Testing

/// Models for other programs: what is written, what is refused, and that a refused export leaves the old file.
@Suite struct ExportTests {
  private final class Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "graft-export-\(UUID())").path()
    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    func callAsFunction(_ name: String) -> String { path + "/" + name }
    func contents() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }

  private func model(_ preprocessing: Preprocessing? = .scaledToMinusOneToOne) throws -> GraftModel {
    let input = Input(shape: [8, 8, 3], preprocessing: preprocessing, name: "picture")
    var x = Conv2D(6, kernelSize: 3, strides: 2, padding: .same, useBias: false, name: "conv")(input)
    x = ReLU(maxValue: 6, name: "relu")(BatchNormalization(name: "bn")(x))
    x = Dropout(0.2, name: "dropout")(GlobalAveragePooling2D(name: "pool")(x))
    let network = Model(inputs: input, outputs: Dense(3, activation: .softmax, name: "classes")(x), name: "net")
    try network.layer(named: "conv").isTrainable = false
    return try GraftModel(network, classNames: ["ant", "bée", "cat"], imageFit: .crop)
  }

  @Test("Every format passes its check, replaces what was there, and carries the class names")
  func formats() async throws {
    let folder = try Folder()
    let model = try model()
    for format in ExportFormat.allCases {
      let path = folder("m." + format.rawValue)
      if format != .savedModel { try Data("old".utf8).write(to: URL(filePath: path)) }
      let report = try await model.export(to: path, as: format)
      let files =
        format == .savedModel ? ["/saved_model.pb", "/assets.extra/graft.json", "/assets.extra/class_names.txt"] : [""]
      let size = try files.reduce(0) { sum, file in
        sum + (try FileManager.default.attributesOfItem(atPath: path + file)[.size] as? Int ?? 0)
      }
      #expect(report.byteCount == size && report.path == path && report.format == format)
      #expect(report.precision == .float32)
      #expect(report.check.contains("again"))
    }
    #expect(
      try folder.contents() == [
        "m.keras", "m.npz", "m.onnx", "m.safetensors", "m.savedmodel", "m.tflite", "m.weights.h5",
      ])

    let keras = try KerasModel(contentsOf: folder("m.keras"))
    #expect(keras.notes?["class_names"] == ["ant", "bée", "cat"] && keras.notes?["image_fit"] == "crop")
    #expect(try keras.model().layers.map(\.isTrainable) == model.model.layers.map(\.isTrainable))
    let kernel = try model.model.layer(named: "conv").variables[0].value
    let safetensors = try SafetensorsFile(contentsOf: folder("m.safetensors"))
    #expect(safetensors.metadata["class_names"] == "[\"ant\",\"bée\",\"cat\"]")
    #expect(safetensors.metadata["task"] == "single_label")
    #expect(try safetensors.tensor(named: "conv/kernel") == kernel)
    #expect(try NPZFile(contentsOf: folder("m.npz")).tensor(named: "conv/kernel") == kernel)
    #expect(try NPZFile(contentsOf: folder("m.npz")).names.contains("class_names"))
    let weights = try KerasWeightFile(contentsOf: folder("m.weights.h5"))
    #expect(weights.entries.map(\.path).contains("layers/conv2d/vars/0"))
    let json = try String(contentsOfFile: folder("m.savedmodel/assets.extra/graft.json"), encoding: .utf8)
    #expect(try JSONValue(parsing: json)["task"] == "single_label")
    let onnx = try String(decoding: Data(contentsOf: URL(filePath: folder("m.onnx"))), as: UTF8.self)
    #expect(onnx.contains("[\"ant\",\"bée\",\"cat\"]") && onnx.contains("channel_order"))
  }

  @Test(
    "With its preprocessing inside, the network takes pixels",
    arguments: [Preprocessing.scaledToMinusOneToOne, .unit, .torch, .caffe, .none])
  func pixels(_ preprocessing: Preprocessing) async throws {
    let folder = try Folder()
    let model = try model(preprocessing)
    let path = folder("pixels.keras")
    try await model.export(to: path, as: .keras, withPreprocessing: true)
    for format in [ExportFormat.onnx, .tflite, .savedModel] {
      // Their checks run the files on pixels.
      try await model.export(to: folder("pixels." + format.rawValue), as: format, withPreprocessing: true)
    }
    let read = try KerasModel(contentsOf: path)
    #expect(read.notes?["preprocessing"]?["name"] == "none")
    let network = try read.model()
    #expect(network.preprocessing == Preprocessing.none)
    let isInside = network.layers.contains { $0.name == "preprocessing" && !$0.isTrainable }
    #expect(isInside == (preprocessing != .none))
    let pixels = Tensor(shape: [2, 8, 8, 3], (0..<384).map { Float($0 * 37 % 256) })
    var inputs = pixels
    inputs.withUnsafeMutableBufferPointer { elements in
      for index in elements.indices {
        let channel = index % 3
        let from = preprocessing.channelOrder == .rgb ? index : index - channel + 2 - channel
        elements[index] =
          (Float(from * 37 % 256) / preprocessing.divisor - preprocessing.mean[channel])
          / preprocessing.deviation[channel]
      }
    }
    let mismatch = try await network.predict(pixels).mismatch(model.model.predict(inputs), atol: 1e-5)
    #expect(mismatch == nil, "\(mismatch ?? "")")
  }

  @Test("What a format cannot have is refused before anything is written")
  func refused() async throws {
    let folder = try Folder()
    let model = try model()
    func refusal(_ path: String, _ format: ExportFormat, _ withPreprocessing: Bool = false) async -> String {
      let error = await #expect(throws: GraftError.self) {
        try await model.export(to: path, as: format, withPreprocessing: withPreprocessing)
      }
      return error?.message ?? ""
    }
    #expect(await refusal(folder("m.h5"), .keras).contains("'.keras'"))
    #expect(await refusal(folder("m.h5"), .kerasWeights).contains("'.weights.h5'"))
    #expect(await refusal(folder("m.npz"), .npz, true).contains("weights alone"))
    #expect(await refusal(folder("none/m.onnx"), .onnx).contains("none/m.onnx"))
    let silent = try self.model(nil)
    let error = await #expect(throws: GraftError.self) {
      try await silent.export(to: folder("m.keras"), as: .keras, withPreprocessing: true)
    }
    #expect(error?.code == .unsupported)
    #expect(try folder.contents().isEmpty)
  }

  @Test("A network whose results are no numbers is not exported, and the old file stays")
  func notFinite() async throws {
    let folder = try Folder()
    let model = try model()
    let path = folder("m.onnx")
    try Data("old".utf8).write(to: URL(filePath: path))
    let bias = try model.model.layer(named: "classes").variables[1]
    try bias.assign(Tensor([1, .nan, 0]))
    let error = await #expect(throws: GraftError.self) { try await model.export(to: path, as: .onnx) }
    #expect(error?.code == .nonFinite)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    #expect(try folder.contents() == ["m.onnx"])
    // A folder neither.
    try await self.model().export(to: folder("saved"), as: .savedModel)
    let saved = try Data(contentsOf: URL(filePath: folder("saved/saved_model.pb")))
    await #expect(throws: GraftError.self) { try await model.export(to: folder("saved"), as: .savedModel) }
    #expect(try Data(contentsOf: URL(filePath: folder("saved/saved_model.pb"))) == saved)
    await #expect(throws: GraftError.self) { try await model.export(to: folder("new"), as: .savedModel) }
    #expect(try folder.contents() == ["m.onnx", "saved"])
  }

  @Test("A quantised model is exported with its floats, and the report says so")
  func quantized() async throws {
    let folder = try Folder()
    let model = try model()
    #expect(try await model.export(to: folder("m.onnx"), as: .onnx).note == nil)
    let floats = try Data(contentsOf: URL(filePath: folder("m.onnx")))
    let network = model.model
    try await network.quantize(calibratedOn: Tensor(shape: [8, 8, 8, 3], (0..<1536).map { Float($0 % 17) / 8 - 1 }))
    #expect(network.precision == .int8)
    let onnx = try await model.export(to: folder("m.onnx"), as: .onnx)
    let keras = try await model.export(to: folder("m.keras"), as: .keras)
    for report in [onnx, keras] { #expect(report.note?.contains("float32 weights") == true) }
    #expect(try Data(contentsOf: URL(filePath: folder("m.onnx"))) == floats)
    #expect(try KerasModel(contentsOf: folder("m.keras")).model().precision == .float32)
    // Exporting changes nothing of the model.
    #expect(network.precision == .int8)
  }

  @Test("A quantised model stays so as TFLite: convolutions, a sum, and functions that TFLite computes by themselves")
  func wholeNumbers() async throws {
    let folder = try Folder()
    let input = Input(shape: [12, 12, 3], preprocessing: .scaledToMinusOneToOne, name: "picture")
    func convolution(_ name: String, _ activation: Activation, _ x: SymbolicTensor, _ side: Int = 3) -> SymbolicTensor {
      Conv2D(8, kernelSize: Extent(side), padding: .same, activation: activation, name: name)(x)
    }
    let first = convolution("first", .relu6, ZeroPadding2D(Padding(top: 1, left: 1), name: "pad")(input))
    var x = convolution("third", .linear, convolution("second", .swish, first), 1)
    x = Add(name: "sum")([first, x])
    x = convolution("fourth", .hardSwish, DepthwiseConv2D(kernelSize: 3, strides: 2, padding: .same, name: "deep")(x))
    x = convolution("fifth", .relu, convolution("gelu", .gelu, x))
    let classes = Dense(3, activation: .softmax, name: "classes")(GlobalAveragePooling2D(name: "pool")(x))
    let network = Model(inputs: input, outputs: classes, name: "net")
    for layer in network.layers where layer.name != "classes" { layer.isTrainable = false }
    let pictures = Tensor(shape: [16, 12, 12, 3], (0..<6912).map { Float($0 * 31 % 256) / 127.5 - 1 })
    try await network.quantize(calibratedOn: pictures)
    let model = try GraftModel(network, classNames: ["ant", "bee", "cat"])

    let path = folder("m.tflite")
    let whole = try await model.export(to: path, as: .tflite)
    #expect(whole.precision == .int8)
    // GELU is none of TFLite's functions on whole numbers, and the last convolution's result is floats.
    #expect(whole.note?.hasPrefix("5 of 7 int8 layers") == true, "\(whole.note ?? "")")
    let floats = try await model.export(to: folder("f.tflite"), as: .tflite, precision: .float32)
    #expect(floats.precision == .float32 && floats.note?.contains("float32 weights") == true)
    let pixels = try await model.export(to: folder("p.tflite"), as: .tflite, withPreprocessing: true)
    #expect(pixels.precision == .int8 && pixels.note == whole.note)

    for (format, model) in [(ExportFormat.onnx, model), (.tflite, try self.model())] {
      let error = await #expect(throws: GraftError.self) {
        try await model.export(to: folder("x"), as: format, precision: .int8)
      }
      #expect(error?.code == .invalidArgument && error?.message.contains("int8") == true)
    }
  }

  @Test("Zeros around whole numbers that are never negative go into the largest-value pooling, as in ResNets")
  func pooledWholeNumbers() async throws {
    let folder = try Folder()
    let input = Input(shape: [12, 12, 3], name: "picture")
    var x = Conv2D(8, kernelSize: 3, padding: .same, activation: .relu, name: "first")(input)
    x = MaxPooling2D(poolSize: 3, strides: 2, name: "largest")(
      ZeroPadding2D(Padding(top: 1, bottom: 1, left: 1, right: 1), name: "pad")(x))
    x = Conv2D(8, kernelSize: 1, activation: .relu, name: "second")(x)
    let classes = Dense(3, activation: .softmax, name: "classes")(GlobalAveragePooling2D(name: "pool")(x))
    let network = Model(inputs: input, outputs: classes, name: "net")
    for layer in network.layers where layer.name != "classes" { layer.isTrainable = false }
    let pictures = Tensor(shape: [16, 12, 12, 3], (0..<6912).map { Float($0 * 31 % 256) / 127.5 - 1 })
    try await network.quantize(calibratedOn: pictures)
    let model = try GraftModel(network, classNames: ["ant", "bee", "cat"])
    let report = try await model.export(to: folder("m.tflite"), as: .tflite)
    #expect(report.precision == .int8, "\(report.note ?? "")")
  }

  @Test("ONNX is run again where Graft reads its operators, and the report says where it does not")
  func operatorsOfONNX() async throws {
    let folder = try Folder()
    func check(_ name: String, _ layers: (SymbolicTensor) -> SymbolicTensor) async throws -> String {
      let input = Input(shape: [8, 8, 3], name: "picture")
      let x = Conv2D(4, kernelSize: 3, padding: .same, activation: .relu, name: "first")(input)
      let classes = Dense(3, activation: .softmax, name: "classes")(GlobalAveragePooling2D(name: "pool")(layers(x)))
      let network = Model(inputs: input, outputs: classes, name: name)
      let model = try GraftModel(network, classNames: ["ant", "bee", "cat"])
      return try await model.export(to: folder("\(name).onnx"), as: .onnx).check
    }
    let maximum = try await check("maximum") { x in
      Maximum(name: "most")([x, Subtract(name: "less")([x, Conv2D(4, kernelSize: 1, name: "second")(x)])])
    }
    #expect(maximum.contains("run on"), "\(maximum)")
    let bounded = try await check("bounded") { ELU(alpha: 0.5, name: "elu")(ReLU(maxValue: 4, name: "bounded")($0)) }
    #expect(bounded.contains("run on"), "\(bounded)")
    let enlarged = try await check("enlarged") { UpSampling2D(size: 2, name: "up")($0) }
    #expect(enlarged.contains("every operand is defined; not run"), "\(enlarged)")
  }

  @Test("The nearest format is named")
  func names() throws {
    #expect(try ExportFormat(named: "onnx") == .onnx)
    let error = #expect(throws: GraftError.self) { try ExportFormat(named: "onyx") }
    #expect(error?.message.contains("nearest is 'onnx'") == true)
    #expect(error?.message.contains("keras, weights.h5, safetensors, npz, onnx, savedmodel, tflite") == true)
  }
}
