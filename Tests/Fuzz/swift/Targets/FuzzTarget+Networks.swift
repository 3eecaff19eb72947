import Foundation
import GraftCore
import GraftFormats
import GraftLayers

extension FuzzTarget {
  private static let fixtures = "Tests/GraftFormatsTests/Fixtures/"
  private static let models = "Tests/Golden/data/onnx_models/"

  /// Files of `torch.save`, in both layouts: pickles, from which only tensors are taken.
  static let torch = FuzzTarget(
    "torch",
    seeds: ["checkpoint", "evil_eval", "evil_module", "evil_system", "protocol_4", "small_legacy", "small_zip"].map {
      fixtures + $0 + ".pth"
    },
    structure: EitherStructure(
      isFirst: { $0.starts(with: [0x50, 0x4B]) }, first: ZipStructure { _ in PickleStructure() },
      second: PickleStructure()),
    tokens: [
      "ctorch._utils\n_rebuild_tensor_v2\n", "ctorch\nFloatStorage\n", "ccollections\nOrderedDict\n", "cos\nsystem\n",
      "(",
      "t", "R", ".", "}", "]", "u", "s", "Q", "q\u{0}", "h\u{0}", "r\u{0}\u{0}\u{0}\u{1}", "\u{2e}", "K\u{1}", "b",
    ], memoryFactor: 5200
  ) { input in
    let file = try TorchFile(contentsOf: input.path)
    for name in file.names { _ = try file.tensor(named: name) }
  }

  static let onnx = FuzzTarget(
    "onnx",
    seeds: ["operators_11", "operators_20", "torch_flat_18", "torch_gated_18", "torch_modern_17", "torch_residual_18"]
      .map {
        models + $0 + ".onnx"
      } + ["Tests/Fuzz/corpus/onnx-check"], structure: ProtobufStructure(),
    tokens: [
      "Conv", "Reshape", "Transpose", "Concat", "Gemm", "Shape", "Slice", "Expand", "Tile", "ConstantOfShape", "Pad",
    ],
    memoryFactor: 256, memoryBase: 8 << 20
  ) { input in
    let model = try ONNXModel(contentsOf: input.path).model()
    _ = model.parameterCount
  }

  static let tflite = FuzzTarget(
    "tflite", seeds: [], tokens: ["TFL3", "PK\u{1}\u{2}"], memoryFactor: 256
  ) { input in _ = try TFLiteFile.graph(contentsOf: input.path) }

  static let savedModel = FuzzTarget(
    "savedmodel", seeds: [], structure: ProtobufStructure(),
    tokens: ["Conv2D", "Const", "MatMul", "Placeholder", "Pad"],
    memoryFactor: 256
  ) { input in
    // The reader wants a folder.
    let folder = URL(filePath: input.path + ".model")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(input.bytes).write(to: folder.appending(path: "saved_model.pb"))
    _ = try SavedModelFile.graph(contentsOf: folder.path())
  }
}
