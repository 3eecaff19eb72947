import GraftCore
import GraftFormats

extension FuzzTarget {
  private static let fixtures = "Tests/GraftFormatsTests/Fixtures/"

  static let safetensors = FuzzTarget(
    "safetensors", seeds: [fixtures + "real.safetensors", fixtures + "npy.expected.safetensors"],
    structure: LengthPrefixedText(prefix: 0, width: 8),
    tokens: [
      "F16", "BF16", "F64", "BOOL", "I8", "U64", "__metadata__", "dtype", "shape", "data_offsets", "graft.sha256",
      "[0]", "{}",
    ],
    memoryFactor: 64
  ) { input in
    let file = try SafetensorsFile(contentsOf: input.path)
    for name in file.names { _ = try file.tensor(named: name) }
    _ = try? SafetensorsFile(contentsOf: input.path, verify: true)
  }

  static let npy = FuzzTarget(
    "npy",
    seeds: ["i1", "big_f8", "big_i2_fortran", "little_f2", "scalar", "structured", "text", "version2", "version3"].map {
      fixtures + "npy_\($0).npy"
    }, structure: LengthPrefixedText(prefix: 8, width: 2),
    tokens: ["'<f4'", "'|b1'", "'>f8'", "True", "False", "(1,)", "()", "(0,)", "3L", "[]", "\"", "'shape'", "'descr'"],
    memoryFactor: 32
  ) { input in
    let file = try NPYFile(contentsOf: input.path)
    _ = file.tensor()
    _ = try? file.integers()
  }

  static let npz = FuzzTarget(
    "npz", seeds: [], structure: ZipStructure { _ in LengthPrefixedText(prefix: 8, width: 2) },
    tokens: [".npy", "PK\u{1}\u{2}", "PK\u{3}\u{4}", "PK\u{5}\u{6}"], memoryFactor: 5200
  ) { input in
    let file = try NPZFile(contentsOf: input.path)
    for name in file.names { _ = try file.tensor(named: name) }
  }

  static let zip = FuzzTarget(
    "zip", seeds: [fixtures + "python.zip", fixtures + "deflated.zip"],
    structure: ZipStructure { _ in ByteStructure() },
    tokens: ["PK\u{1}\u{2}", "PK\u{3}\u{4}", "PK\u{5}\u{6}", "../"], memoryFactor: 1040
  ) { input in
    let archive = try ZipArchive(contentsOf: input.path)
    for name in archive.names { _ = try archive.bytes(of: name) }
  }

  static let onnxCheck = FuzzTarget("onnx-check", seeds: [], structure: ProtobufStructure(), memoryFactor: 64) {
    input in
    _ = try ONNXCheck(contentsOf: input.path)
  }
}
